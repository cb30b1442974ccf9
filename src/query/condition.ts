import type { FieldType } from "../contract/types.ts";
import type { ArithmeticOperator, ComparisonOperator, TextTestName } from "./expression.ts";

/**
 * A checked query: names are fields, literals have the fields' units, and negations are at the leaves.
 *
 * Its value is true, false or unknown (Kleene's logic): a test of what cannot be read is unknown, and so is its
 * negation. Because negations are at the leaves, "not false" is what comes out when unknown leaves count as true:
 * code that only jumps can decide it.
 */
export type Condition =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "all" | "any"; readonly operands: readonly Condition[] }
  | Leaf;

export type Leaf = FlagTest | Comparison | FloatTest | Membership | HashTest | TextTest;

/** The bool itself. */
export interface FlagTest {
  readonly kind: "flag";
  readonly field: FieldReference;
  readonly negated: boolean;
}

/** By the operands' true values: no signed integer is greater than an unsigned one because of its bits. */
export interface Comparison {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: Integer;
  readonly right: Integer;
}

/**
 * A floating-point number against one. Where it is no number at all (NaN), no comparison holds, so that the negation
 * of one is not another.
 */
export interface FloatTest {
  readonly kind: "float";
  readonly subject: FieldReference;
  readonly operator: ComparisonOperator;
  readonly value: number;
  readonly negated: boolean;
}

/** The integer is one of those. */
export interface Membership {
  readonly kind: "membership";
  readonly subject: Integer;
  readonly among: readonly bigint[];
  readonly negated: boolean;
}

/** The hash is one of those, 64 lower-case hex digits in display order. */
export interface HashTest {
  readonly kind: "hash";
  readonly subject: FieldReference;
  readonly among: readonly string[];
  readonly negated: boolean;
}

/** The text passes one of the tests. */
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

/** 64 bits; arithmetic wraps around. */
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

/** An argument of the tracepoint, or a part of every event's envelope. */
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

/** How an integer's bits are to be understood; a literal from 0 to 2^63-1 is the same both ways. */
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

/** Every field that a condition reads, as often as it is named. */
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
 * What is left of a condition where these arguments can never be read: a test of one of them does not hold, and
 * neither does its negation.
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
 * The conjunction or disjunction in its shortest form. Tests of one field that ask for one of several values become
 * a single one, so that the field is read once: `type == "inv" || type == "tx"` is `type in ("inv", "tx")`.
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

/** @param negated in a conjunction, `x != 1 && x != 2`, it is the negations that merge */
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
