import { compute } from "./arithmetic.ts";
import type { Condition, FieldReference, Integer, TextPattern } from "./condition.ts";
import type { ComparisonOperator } from "./expression.ts";

/** A text of a record. */
export interface Text {
  /** One character a byte. */
  readonly bytes: string;
  /** Whether the text has more bytes than these. */
  readonly truncated: boolean;
}

/**
 * An integer, a bool, a text, or a hash as 64 lower-case hex digits. Integers are numbers where these are exact, because
 * arithmetic with numbers is several times faster; otherwise bigints.
 */
export type Value = number | bigint | boolean | Text | string;

/** Returns a field's value; null when it could not be read. */
export type ReadField = (field: FieldReference) => Value | null;

/** True, false, or null (unknown) after an unreadable value or a division by zero. */
export type Evaluate = (read: ReadField) => boolean | null;

/** An integer's value; null when it is unknown. */
export type EvaluateInteger = (read: ReadField) => number | bigint | null;

/** Compiles a condition for many events. */
export function compile(condition: Condition): Evaluate {
  switch (condition.kind) {
    case "constant":
      return () => condition.value;
    case "all":
    case "any":
      return connect(condition.kind === "any", condition.operands.map(compile));
    case "flag":
      return (read) => {
        const value = read(condition.field);
        return value === null ? null : (value !== false) !== condition.negated;
      };
    case "comparison": {
      const { operator } = condition;
      const left = compileInteger(condition.left);
      const right = compileInteger(condition.right);
      return (read) => {
        const a = left(read);
        const b = right(read);
        return a === null || b === null ? null : compare(operator, a, b);
      };
    }
    case "float": {
      const { subject, operator, value: wanted, negated } = condition;
      return (read) => {
        const value = read(subject);
        return value === null ? null : compareFloats(operator, value as number, wanted) !== negated;
      };
    }
    case "membership": {
      const subject = compileInteger(condition.subject);
      const among = new Set(condition.among.map(narrow));
      return (read) => {
        const value = subject(read);
        return value === null ? null : among.has(narrow(value)) !== condition.negated;
      };
    }
    case "hash":
      return (read) => {
        const value = read(condition.subject);
        return value === null
          ? null
          : condition.among.includes(value as string) !== condition.negated;
      };
    case "text":
      return (read) => {
        const value = read(condition.subject);
        if (value === null) return null;
        const passed = passes(value as Text, condition.among);
        return passed === null ? null : passed !== condition.negated;
      };
  }
}

/** Kleene's logic: the result is `decisive` if an operand is; otherwise unknown if an operand is. */
function connect(decisive: boolean, operands: readonly Evaluate[]): Evaluate {
  return (read) => {
    let result: boolean | null = !decisive;
    for (const operand of operands) {
      const value = operand(read);
      if (value === decisive) return decisive;
      if (value === null) result = null;
    }
    return result;
  };
}

/** Compares as IEEE 754 does: NaN is not equal to any number. */
function compareFloats(operator: ComparisonOperator, left: number, right: number): boolean {
  return operator === "!=" ? left !== right : compare(operator, left, right);
}

/** `<` compares a number and a bigint exactly; `===` is always false for them. */
function compare(
  operator: ComparisonOperator,
  left: number | bigint,
  right: number | bigint,
): boolean {
  switch (operator) {
    case "==":
      return left <= right && left >= right;
    case "!=":
      return left < right || left > right;
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

/** Compiles an integer for many events. */
export function compileInteger(node: Integer): EvaluateInteger {
  switch (node.kind) {
    case "literal": {
      const value = narrow(node.value);
      return () => value;
    }
    case "field":
      return (read) => read(node.field) as number | bigint | null;
    case "arithmetic": {
      const { operator, signed } = node;
      const left = compileInteger(node.left);
      const right = compileInteger(node.right);
      return (read) => {
        const a = left(read);
        const b = right(read);
        return a === null || b === null ? null : compute(operator, a, b, signed);
      };
    }
  }
}

/** A number where that is exact. */
function narrow(value: number | bigint): number | bigint {
  if (typeof value === "number") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Whether one of the patterns matches; unknown when that depends on the bytes that were cut. */
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
  // The cut bytes matter only when the others do not decide.
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
