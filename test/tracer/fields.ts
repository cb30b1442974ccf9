import fc from "fast-check";
import type { Field, FieldType } from "../../src/contract/types.ts";

export function field(name: string, type: FieldType, more: Partial<Field> = {}): Field {
  return { name, type, meaning: "", ...more };
}

const FIXED: readonly FieldType[] = [
  ...(["int64", "uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8"] as const),
  ...(["bool", "string", "hash"] as const),
];

/** The arguments of any tracepoint, and which of them are asked for. */
export function anyFields(): fc.Arbitrary<{ fields: Field[]; wanted: Set<string> }> {
  const fixed = fc.record({
    type: fc.constantFrom(...FIXED),
    maxLength: fc.option(fc.nat(400), { nil: undefined }),
  });
  return fc
    .record({
      kinds: fc.array(fixed, { maxLength: 11 }),
      hasPayload: fc.boolean(),
      wanted: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    })
    .map(({ kinds, hasPayload, wanted }) => {
      const fields = kinds.map(({ type, maxLength }, i) =>
        field(`arg${i}`, type, maxLength === undefined ? {} : { maxLength }),
      );
      if (hasPayload) fields.push(field("payload", "bytes", { length: "arg0" }));
      const names = fields.map(({ name }) => name).filter((_, i) => wanted[i]);
      return { fields, wanted: new Set(names) };
    });
}
