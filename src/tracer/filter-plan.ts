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

/** The parts of a query that programs test, and the parts that the reader tests. */
export interface FilterPlan {
  /** The condition that programs test before they reserve a record; null without one. */
  readonly condition: Condition | null;
  /** The same as texts: the parts of the query. */
  readonly inKernel: readonly string[];
  /** The conditions that the reader tests on records. */
  readonly inReader: ReaderConditions;
}

/** Jumps reach 32,767 instructions, and a program can hold the filters of several sites. */
export const MAX_FILTER_INSTRUCTIONS = 8000;

/** Gives programs every part that they can test: an event that they drop costs the node no record and no reader. */
export function planFilter(parts: readonly QueryPart[]): FilterPlan {
  const inKernel: QueryPart[] = [];
  const inReader: QueryPart[] = [];
  let room = MAX_FILTER_INSTRUCTIONS;
  for (const part of parts) {
    const instructions = maxInstructions(part.condition);
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

/** Programs compare the beginnings of texts only, and no floating-point numbers. */
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
    case "float":
      return false;
    default:
      return true;
  }
}

/** Bytes of a text that the patterns need, in whole words. Equality needs the NUL, too. */
export function bytesToRead(patterns: readonly TextPattern[]): number {
  const lengths = patterns.map(({ test, bytes }) => bytes.length + (test === "equals" ? 1 : 0));
  return Math.max(8, ...lengths.map((length) => Math.ceil(length / 8) * 8));
}

/** The maximum number of instructions of a condition at a site, for any place of its arguments. */
export function maxInstructions(condition: Condition): number {
  switch (condition.kind) {
    case "constant":
      return 1;
    case "all":
    case "any":
      return sum(condition.operands.map(maxInstructions));
    case "float":
      return 0;
    case "flag":
      return FIELD + 2;
    case "comparison":
      return maxIntegerInstructions(condition.left) + maxIntegerInstructions(condition.right) + 8;
    case "membership":
      return maxIntegerInstructions(condition.subject) + 3 * condition.among.length + 1;
    case "hash":
      return FIELD + 6 + 17 * condition.among.length;
    case "text":
      return FIELD + 13 + sum(condition.among.map(({ bytes }) => 7 * (bytes.length / 8 + 1) + 1));
  }
}

function maxIntegerInstructions(integer: Integer): number {
  switch (integer.kind) {
    case "literal":
      return 2;
    case "field":
      return FIELD;
    case "arithmetic":
      return maxIntegerInstructions(integer.left) + maxIntegerInstructions(integer.right) + 16;
  }
}

/** Instructions of the longest load of an argument: `-4@-8(%rbx,%rcx,8)`, converted to another width. */
const FIELD = 19;
