import type { Field } from "../contract/types.ts";
import type { FieldReference } from "../query/condition.ts";
import type { ReadField, Value } from "../query/evaluate.ts";
import type { RawEvent } from "./event.ts";

/** Reads field values for queries: enumerations as numbers, strings as bytes. */
export function valuesOf(fields: readonly Field[]): (event: RawEvent) => ReadField {
  const numbers = fields.map(
    ({ values = {} }) =>
      new Map(Object.entries(values).map(([value, name]) => [name, Number(value)])),
  );
  return (event) =>
    (field: FieldReference): Value | null => {
      const value = event[field.name];
      if (typeof value !== "string") {
        const isValue =
          typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
        return isValue ? value : null;
      }
      if (field.type === "hash") return value;
      if (field.type !== "string") return numbers[field.argument!]!.get(value)!;
      return {
        bytes: ASCII.test(value) ? value : Buffer.from(value).toString("latin1"),
        truncated: event.truncated?.includes(field.name) === true,
      };
    };
}

/** An ASCII text equals its bytes. */
const ASCII = /^[\0-\x7f]*$/;
