import { TRACEPOINTS } from "../../src/contract/contract.ts";
import type { FieldReference } from "../../src/query/condition.ts";
import { compile, type Value } from "../../src/query/evaluate.ts";
import { Query } from "../../src/query/query.ts";
import { QueryError } from "../../src/query/query-error.ts";
import type { QueryField } from "../../src/query/scope.ts";
import { field } from "../tracer/fields.ts";

/** A tracepoint with a field of every kind. */
const FIELDS = [
  field("size", "uint64", { unit: "B" }),
  field("fee", "int64", { unit: "sat" }),
  field("vsize", "int32", { unit: "vB" }),
  field("duration_us", "int64", { unit: "us" }),
  field("entry_time", "uint64", { unit: "UNIX s" }),
  field("peer_id", "int64"),
  field("count", "uint64"),
  field("vout", "uint32"),
  field("coinbase", "bool"),
  field("success", "bool"),
  field("network", "uint32", { values: { 1: "ipv4", 3: "onion", 4: "i2p" } }),
  field("msg_type", "string"),
  field("address", "string"),
  field("txid", "hash"),
  field("payload", "bytes", { length: "size" }),
];
export const ALL: readonly QueryField[] = FIELDS.map((each, argument) => ({
  field: each,
  argument,
}));

/** The fields of a tracepoint of the newest release. */
export function fieldsOf(tracepoint: string): QueryField[] {
  const { layouts } = TRACEPOINTS.get(tracepoint)!;
  const { fields } = layouts.findLast(({ since }) => since !== null) ?? layouts.at(-1)!;
  return fields.map((each, argument) => ({ field: each, argument }));
}

export type Values = Readonly<Record<string, number | bigint | boolean | string | null>>;

/** What the query says of an event with these values. */
export function ask(query: string, values: Values = {}): boolean | null {
  const conditions = new Query(query).parts("test:all", ALL).map(({ condition }) => condition);
  const answers = conditions.map((condition) => compile(condition)(reading(values)));
  return answers.includes(false) ? false : answers.includes(null) ? null : true;
}

function reading(values: Values): (field: FieldReference) => Value | null {
  return ({ name, type }) => {
    const value = values[name];
    if (value === undefined || value === null) return null;
    if (typeof value === "number") return BigInt(value);
    return type === "string"
      ? { bytes: Buffer.from(String(value)).toString("latin1"), truncated: false }
      : value;
  };
}

/** What is said of a query that is refused. */
export function refusal(query: string): QueryError {
  try {
    new Query(query).parts("test:all", ALL);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`not refused: ${query}`);
}
