import {
  all,
  type Condition,
  fieldsOf,
  type Integer,
  type TextPattern,
} from "../query/condition.ts";
import type { QueryPart } from "../query/query.ts";
import { sum } from "../util/statistics.ts";
import { READ_ROOM } from "./integer-writer.ts";
import type { ReaderConditions } from "./record-layout.ts";

/** Which parts of a query programs decide, and which are left to the reader. */
export interface FilterPlan {
  /** What programs test before they reserve a record; null when there is nothing. */
  readonly condition: Condition | null;
  /** The parts of the query that this is. */
  readonly inKernel: readonly string[];
  /** The parts that the reader tests on the records. */
  readonly inReader: ReaderConditions;
}

/** A program can hold several sites' filters and its jumps reach 32,767 instructions. */
export const MAX_FILTER_INSTRUCTIONS = 8000;

/** Whatever programs can decide, they decide: an event they drop costs the node neither a record nor a reader. */
export function planFilter(parts: readonly QueryPart[]): FilterPlan {
  const inKernel: QueryPart[] = [];
  const inReader: QueryPart[] = [];
  let room = MAX_FILTER_INSTRUCTIONS;
  for (const part of parts) {
    const instructions = instructionsAtMost(part.condition);
    const fits = runsInKernel(part.condition) && instructions <= room;
    if (fits) room -= instructions;
    (fits ? inKernel : inReader).push(part);
  }
  const read = inReader.flatMap(({ condition }) => fieldsOf(condition));
  return {
    condition: inKernel.length > 0 ? all(inKernel.map(({ condition }) => condition)) : null,
    inKernel: inKernel.map(({ text }) => text),
    inReader: {
      texts: inReader.map(({ text }) => text),
      arguments: new Set(read.flatMap(({ argument }) => argument ?? [])),
    },
  };
}

/** Programs compare texts from their beginning. */
function runsInKernel(condition: Condition): boolean {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.operands.every(runsInKernel);
    case "text":
      return (
        condition.among.every(({ test }) => test === "equals" || test === "starts_with") &&
        bytesToRead(condition.among) <= READ_ROOM
      );
    // Programs know no floating-point numbers.
    case "float":
      return false;
    default:
      return true;
  }
}

/** Of a text, in whole words: what the patterns tell apart, with the NUL that ends an equal one. */
export function bytesToRead(patterns: readonly TextPattern[]): number {
  const lengths = patterns.map(({ test, bytes }) => bytes.length + (test === "equals" ? 1 : 0));
  return Math.max(8, ...lengths.map((length) => Math.ceil(length / 8) * 8));
}

/** Instructions that a condition takes at a site, wherever its arguments lie. */
export function instructionsAtMost(condition: Condition): number {
  switch (condition.kind) {
    case "constant":
      return 1;
    case "all":
    case "any":
      return sum(condition.operands.map(instructionsAtMost));
    case "float":
      return 0;
    case "flag":
      return FIELD + 2;
    case "comparison":
      return ofInteger(condition.left) + ofInteger(condition.right) + 8;
    case "membership":
      return ofInteger(condition.subject) + 3 * condition.among.length + 1;
    case "hash":
      return FIELD + 6 + 17 * condition.among.length;
    case "text":
      return FIELD + 13 + sum(condition.among.map(({ bytes }) => 7 * (bytes.length / 8 + 1) + 1));
  }
}

function ofInteger(integer: Integer): number {
  switch (integer.kind) {
    case "literal":
      return 2;
    case "field":
      return FIELD;
    case "arithmetic":
      return ofInteger(integer.left) + ofInteger(integer.right) + 16;
  }
}

/** The longest access to an argument: `-4@-8(%rbx,%rcx,8)`, read at another width. */
const FIELD = 19;
