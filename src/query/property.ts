import type { FieldType, Unit } from "../contract/types.ts";
import { all } from "./condition.ts";
import { compile, type Value } from "./evaluate.ts";
import { Query } from "./query.ts";
import { queryFields } from "./scope.ts";
import { textBytes } from "./text-bytes.ts";

/** A property that queries can test of things other than events, such as the peers of a table. */
export interface Property<Thing> {
  readonly type: Extract<FieldType, "int64" | "uint64" | "string" | "bool">;
  readonly unit?: Unit;
  /** Returns the value, null if unknown. Integers are rounded. */
  readonly value: (thing: Thing) => number | bigint | string | boolean | null;
}

export type Properties<Thing> = Readonly<Record<string, Property<Thing>>>;

/**
 * Compiles a query that tests things. The result is true, false, or null when it depends on an unknown value.
 * @param what the name of a thing in messages: `a peer`
 * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
 */
export function propertyQuery<Thing>(
  text: string,
  what: string,
  properties: Properties<Thing>,
): (thing: Thing) => boolean | null {
  const fields = Object.entries(properties).map(([name, { type, unit }]) => ({
    name,
    type,
    meaning: "",
    ...(unit && { unit }),
  }));
  const parts = new Query(text).parts(what, queryFields(fields), []);
  const passes = compile(all(parts.map((part) => part.condition)));
  return (thing) => passes(({ name }) => known(properties[name]!, thing));
}

function known<Thing>({ value, type }: Property<Thing>, thing: Thing): Value | null {
  const found = value(thing);
  switch (typeof found) {
    case "number":
      return Number.isFinite(found) ? integerOf(Math.round(found), type) : null;
    case "string":
      return { bytes: textBytes(found), truncated: false };
    default:
      return found;
  }
}

function integerOf(value: number, type: FieldType): number {
  return type === "uint64" ? Math.max(0, value) : value;
}
