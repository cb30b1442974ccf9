import fc from "fast-check";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { shapeOf } from "../../src/contract/shape.ts";
import type { FieldType } from "../../src/contract/types.ts";
import type { Argument } from "../../src/usdt/argument.ts";
import type { Probe } from "../../src/usdt/probe.ts";
import { probe } from "./nodes.ts";

/** Any probe: one of the contract as it should be, one of its names with any arguments, or nothing of the contract. */
export function anyProbe(): fc.Arbitrary<Probe> {
  const args = fc.array(anyArgument(), { maxLength: 14 });
  const layouts = [...TRACEPOINTS].flatMap(([name, { layouts }]) =>
    layouts.map(({ fields }) => ({ name, args: fields.map(({ type }) => argumentOf(type)) })),
  );
  const stranger = fc.constantFrom(
    "__proto__:",
    ":",
    "net:",
    "net:constructor",
    "a:b:c",
    "app:step",
  );
  return fc
    .record({
      site: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...layouts) },
        fc.record({ name: fc.constantFrom(...TRACEPOINTS.keys()), args }),
        fc.record({ name: stranger, args }),
      ),
      location: fc.nat(),
      semaphore: fc.oneof(fc.constant(0), fc.nat()),
    })
    .map(({ site: { name, args }, ...places }) => {
      const colon = name.indexOf(":");
      return probe(name.slice(0, colon), name.slice(colon + 1), args, places);
    });
}

function argumentOf(type: FieldType): Argument {
  return { kind: "constant", text: type, ...shapeOf(type), value: 1n };
}

function anyArgument(): fc.Arbitrary<Argument> {
  const size = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);
  const text = fc.string({ maxLength: 8 });
  return fc.oneof(
    fc.record({
      kind: fc.constant("constant" as const),
      text,
      size,
      signed: fc.boolean(),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    }),
    fc.record({
      kind: fc.constant("unreadable" as const),
      text,
      size: fc.option(size),
      signed: fc.boolean(),
      reason: fc.string({ maxLength: 8 }),
    }),
  );
}
