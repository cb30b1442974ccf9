import type { Field } from "../contract/types.ts";
import { all, type Condition, type FieldReference } from "../query/condition.ts";
import { evaluate, type Value } from "../query/evaluate.ts";
import type { Query } from "../query/query.ts";
import type { RawEvent } from "../tracer/decoder.ts";
import type { ChosenTracepoint } from "./selection.ts";

/** Whether an event is not surely refused by a query. */
export type EventFilter = (event: RawEvent) => boolean;

/** Null when no event can be asked for: a pattern chose the tracepoint, and it lacks a field of the query. */
export function conditionOf(
  query: Query | null,
  { tracepoint, fields }: ChosenTracepoint,
  patterns: readonly string[],
): Condition | null {
  if (query === null) return all([]);
  const queryFields = fields.map((field, argument) => ({ field, argument }));
  if (!patterns.includes(tracepoint.name) && query.lacking(queryFields) !== null) return null;
  return all(query.parts(tracepoint.name, queryFields).map(({ condition }) => condition));
}

/** Whether an event with these fields passes a condition: the query as the kernel would have tested it. */
export function filterOf(condition: Condition, fields: readonly Field[]): EventFilter {
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
        truncated: event.truncated?.includes(field.name) === true,
      };
    };
    return evaluate(condition, read) !== false;
  };
}
