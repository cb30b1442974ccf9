import type { Field } from "../contract/types.ts";
import { all, type FieldReference } from "./condition.ts";
import { evaluate, type Value } from "./evaluate.ts";
import { Query } from "./query.ts";

/** An event's fields by name, decoded. */
interface Fields {
  readonly [name: string]: unknown;
}

/**
 * Tests decoded events of a tracepoint, as programs in the kernel test what is passed to it. One passes unless the
 * query is surely false of it.
 * @param where the query; all events pass when null
 * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
 */
export function eventFilter(
  where: string | null,
  tracepoint: string,
  fields: readonly Field[],
): (event: Fields) => boolean {
  if (where === null) return () => true;
  const queryFields = fields.map((field, argument) => ({ field, argument }));
  const parts = new Query(where).parts(tracepoint, queryFields);
  const condition = all(parts.map((part) => part.condition));
  const numbers = fields.map(
    ({ values = {} }) =>
      new Map(Object.entries(values).map(([value, name]) => [name, BigInt(value)])),
  );
  return (event) => {
    const read = (field: FieldReference): Value | null => {
      const value = event[field.name];
      if (typeof value === "number" || typeof value === "bigint") return BigInt(value);
      if (typeof value === "boolean") return value;
      if (typeof value !== "string") return null;
      if (field.type === "hash") return value;
      if (field.type !== "string") return numbers[field.argument!]!.get(value)!;
      return {
        bytes: Buffer.from(value).toString("latin1"),
        truncated: isCut(event, field.name),
      };
    };
    return evaluate(condition, read) !== false;
  };
}

function isCut({ truncated }: Fields, name: string): boolean {
  return Array.isArray(truncated) && truncated.includes(name);
}
