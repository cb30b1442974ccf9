import { compute } from "./arithmetic.ts";
import type { Condition, FieldReference, Integer, TextPattern } from "./condition.ts";
import type { ComparisonOperator } from "./expression.ts";

/** Text as a record has it. */
export interface Text {
  /** One character a byte. */
  readonly bytes: string;
  /** Whether the text goes on behind these bytes. */
  readonly truncated: boolean;
}

/** An integer, a bool, a text, or a hash as 64 lower-case hex digits. */
export type Value = bigint | boolean | Text | string;

/** A field's value, of its type; null when it could not be read. */
export type ReadField = (field: FieldReference) => Value | null;

/** True, false, or null: unknown, because of a value that could not be read, or a division by zero. */
export function evaluate(condition: Condition, read: ReadField): boolean | null {
  switch (condition.kind) {
    case "constant":
      return condition.value;
    case "all":
    case "any":
      return connect(condition.kind === "any", condition.operands, read);
    case "flag": {
      const value = read(condition.field);
      return value === null ? null : (value !== false) !== condition.negated;
    }
    case "comparison": {
      const left = evaluateInteger(condition.left, read);
      const right = evaluateInteger(condition.right, read);
      return left === null || right === null ? null : compare(condition.operator, left, right);
    }
    case "membership": {
      const value = evaluateInteger(condition.subject, read);
      return value === null ? null : condition.among.includes(value) !== condition.negated;
    }
    case "hash": {
      const value = read(condition.subject);
      return value === null
        ? null
        : condition.among.includes(value as string) !== condition.negated;
    }
    case "text": {
      const value = read(condition.subject);
      if (value === null) return null;
      const passed = passes(value as Text, condition.among);
      return passed === null ? null : passed !== condition.negated;
    }
  }
}

/** Kleene's logic: one operand that is `decisive` decides, else one that is unknown. */
function connect(
  decisive: boolean,
  operands: readonly Condition[],
  read: ReadField,
): boolean | null {
  let result: boolean | null = !decisive;
  for (const operand of operands) {
    const value = evaluate(operand, read);
    if (value === decisive) return decisive;
    if (value === null) result = null;
  }
  return result;
}

function compare(operator: ComparisonOperator, left: bigint, right: bigint): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

/** The integer's value; null when it is unknown. */
export function evaluateInteger(node: Integer, read: ReadField): bigint | null {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "field":
      return read(node.field) as bigint | null;
    case "arithmetic": {
      const left = evaluateInteger(node.left, read);
      const right = evaluateInteger(node.right, read);
      if (left === null || right === null) return null;
      return compute(node.operator, left, right, node.signed);
    }
  }
}

/** Whether one of the patterns fits; unknown when that depends on what was cut off. */
function passes(text: Text, patterns: readonly TextPattern[]): boolean | null {
  let result: boolean | null = false;
  for (const pattern of patterns) {
    const fitting = fits(text, pattern);
    if (fitting === true) return true;
    if (fitting === null) result = null;
  }
  return result;
}

function fits({ bytes, truncated }: Text, pattern: TextPattern): boolean | null {
  const wanted = pattern.bytes;
  // What was cut off can only matter where the rest does not decide already.
  const open = truncated ? null : false;
  switch (pattern.test) {
    case "equals":
      if (bytes === wanted) return !truncated;
      return wanted.length > bytes.length && wanted.startsWith(bytes) ? open : false;
    case "starts_with":
      if (bytes.startsWith(wanted)) return true;
      return wanted.startsWith(bytes) ? open : false;
    case "ends_with":
      return truncated ? null : bytes.endsWith(wanted);
    case "contains":
      return bytes.includes(wanted) || open;
  }
}
