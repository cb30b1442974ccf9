import type { FieldType } from "../contract/types.ts";
import type { ArithmeticOperator, ComparisonOperator, TextTestName } from "./expression.ts";

/**
 * A checked query: names are fields, and literals are in the units of the fields.
 *
 * A condition is true, false or unknown (Kleene's logic). A test of a value that cannot be read is unknown, and so is its
 * negation. An event is dropped only when the condition is false. Negations are moved to the leaves:
 *
 *     !(size > 10 && coinbase)   →   size <= 10 || !coinbase
 *
 * Therefore a program can treat each unknown leaf as true. Its result is then true for true and unknown conditions, and
 * false for false ones; it needs only jumps, no third value.
 */
export type Condition =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "all" | "any"; readonly operands: readonly Condition[] }
  | Leaf;

export type Leaf = FlagTest | Comparison | FloatTest | Membership | HashTest | TextTest;

/** `coinbase`, `!coinbase` */
export interface FlagTest {
  readonly kind: "flag";
  readonly field: FieldReference;
  readonly negated: boolean;
}

/** `size > 1000`. Compares true values: -1 is less than every unsigned integer, whatever its bits. */
export interface Comparison {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: Integer;
  readonly right: Integer;
}

/**
 * `arg0 > 2.5`. All comparisons of NaN but `!=` are false, so the negation of `>` is not `<=`.
 */
export interface FloatTest {
  readonly kind: "float";
  readonly subject: FieldReference;
  readonly operator: ComparisonOperator;
  readonly value: number;
  readonly negated: boolean;
}

/** `peer_id in (1, 2)` */
export interface Membership {
  readonly kind: "membership";
  readonly subject: Integer;
  readonly among: readonly bigint[];
  readonly negated: boolean;
}

/** `txid in ("…", "…")`; each hash has 64 lower-case hex digits in display order. */
export interface HashTest {
  readonly kind: "hash";
  readonly subject: FieldReference;
  readonly among: readonly string[];
  readonly negated: boolean;
}

/** `msg_type in ("inv", "tx")`, `starts_with(address, "127.")`: true when one of the tests is. */
export interface TextTest {
  readonly kind: "text";
  readonly subject: FieldReference;
  readonly among: readonly TextPattern[];
  readonly negated: boolean;
}

export interface TextPattern {
  readonly test: "equals" | TextTestName;
  /** One character a byte. */
  readonly bytes: string;
}

/** An integer of 64 bits; arithmetic wraps around. */
export type Integer =
  | { readonly kind: "literal"; readonly value: bigint }
  | { readonly kind: "field"; readonly field: FieldReference }
  | Arithmetic;

export interface Arithmetic {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Integer;
  readonly right: Integer;
  readonly signed: boolean;
}

/** An argument of the tracepoint, or a field that every event has. */
export type FieldReference = ArgumentReference | EnvelopeReference;

export interface ArgumentReference {
  readonly name: string;
  /** Index among the tracepoint's arguments. */
  readonly argument: number;
  readonly type: FieldType;
}

export interface EnvelopeReference {
  readonly name: "tid" | "cpu" | "pid";
  readonly argument: null;
  readonly type: "uint32";
}

export const MAX_NEGATIVE = -(2n ** 63n);
export const MIN_UNSIGNED = 2n ** 63n;
export const MAX_POSITIVE = 2n ** 64n - 1n;

/** How to interpret an integer's bits; a literal from 0 to 2^63-1 is "both". */
export function signOf(integer: Integer): "signed" | "unsigned" | "either" {
  switch (integer.kind) {
    case "literal":
      if (integer.value < 0n) return "signed";
      return integer.value < MIN_UNSIGNED ? "either" : "unsigned";
    case "field":
      return integer.field.type.startsWith("u") ? "unsigned" : "signed";
    case "arithmetic":
      return integer.signed ? "signed" : "unsigned";
  }
}

/** Every field that a condition reads, once for each time that it reads it. */
export function fieldsOf(condition: Condition): FieldReference[] {
  switch (condition.kind) {
    case "constant":
      return [];
    case "all":
    case "any":
      return condition.operands.flatMap(fieldsOf);
    case "flag":
      return [condition.field];
    case "comparison":
      return [...fieldsOfInteger(condition.left), ...fieldsOfInteger(condition.right)];
    case "membership":
      return fieldsOfInteger(condition.subject);
    default:
      return [condition.subject];
  }
}

function fieldsOfInteger(integer: Integer): FieldReference[] {
  switch (integer.kind) {
    case "literal":
      return [];
    case "field":
      return [integer.field];
    case "arithmetic":
      return [...fieldsOfInteger(integer.left), ...fieldsOfInteger(integer.right)];
  }
}

/**
 * Returns the condition for sites where these arguments cannot be read: each test of one of them, negated or not, is
 * replaced by false.
 */
export function without(condition: Condition, unknown: ReadonlySet<number>): Condition {
  switch (condition.kind) {
    case "constant":
      return condition;
    case "all":
    case "any":
      return connect(
        condition.kind,
        condition.operands.map((operand) => without(operand, unknown)),
      );
    default: {
      const isUnknown = fieldsOf(condition).some(
        ({ argument }) => argument !== null && unknown.has(argument),
      );
      return isUnknown ? { kind: "constant", value: false } : condition;
    }
  }
}

export function all(operands: readonly Condition[]): Condition {
  return connect("all", operands);
}

export function any(operands: readonly Condition[]): Condition {
  return connect("any", operands);
}

/**
 * Joins conditions in the shortest form. Tests of one field for several values become one test, so that the field is
 * read once: `type == "inv" || type == "tx"` becomes `type in ("inv", "tx")`.
 */
function connect(kind: "all" | "any", operands: readonly Condition[]): Condition {
  const parts: Condition[] = [];
  const flat = operands.flatMap((operand) =>
    operand.kind === kind ? operand.operands : [operand],
  );
  for (const part of flat) {
    if (part.kind === "constant") {
      if (part.value === (kind === "any")) return part;
    } else if (!mergeInto(parts, part, kind === "all")) {
      parts.push(part);
    }
  }
  const [only] = parts;
  if (only === undefined) return { kind: "constant", value: kind === "all" };
  return parts.length === 1 ? only : { kind, operands: parts };
}

/** @param negated merge negated tests, as in a conjunction: `x != 1 && x != 2` */
function mergeInto(parts: Condition[], part: Condition, negated: boolean): boolean {
  for (const [i, other] of parts.entries()) {
    const both = merge(other, part, negated);
    if (both === null) continue;
    parts[i] = both;
    return true;
  }
  return false;
}

function merge(a: Condition, b: Condition, negated: boolean): Condition | null {
  if (!("among" in a && "among" in b) || a.negated !== negated || b.negated !== negated)
    return null;
  if (a.kind === "membership" && b.kind === "membership") {
    const isSame =
      a.subject.kind === "field" &&
      b.subject.kind === "field" &&
      a.subject.field.name === b.subject.field.name;
    return isSame ? { ...a, among: [...a.among, ...b.among] } : null;
  }
  if (a.kind === "membership" || b.kind === "membership" || a.subject.name !== b.subject.name) {
    return null;
  }
  if (a.kind === "text" && b.kind === "text") return { ...a, among: [...a.among, ...b.among] };
  if (a.kind === "hash" && b.kind === "hash") return { ...a, among: [...a.among, ...b.among] };
  return null;
}
