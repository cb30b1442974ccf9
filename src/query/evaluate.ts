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

/**
 * An integer, a bool, a text, or a hash as 64 lower-case hex digits. An integer is a number only where that is exact:
 * numbers are reckoned with several times as fast.
 */
export type Value = number | bigint | boolean | Text | string;

/** A field's value, of its type; null when it could not be read. */
export type ReadField = (field: FieldReference) => Value | null;

/** True, false, or null: unknown, because of a value that could not be read, or a division by zero. */
export type Evaluate = (read: ReadField) => boolean | null;

/** An integer's value; null when it is unknown. */
export type EvaluateInteger = (read: ReadField) => number | bigint | null;

/** What the condition is of an event, for one that is asked of many. */
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

/** Kleene's logic: one operand that is `decisive` decides, else one that is unknown. */
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

/** As IEEE 754 has it: what is no number is unequal to everything. */
function compareFloats(operator: ComparisonOperator, left: number, right: number): boolean {
  return operator === "!=" ? left !== right : compare(operator, left, right);
}

/** Numbers and bigints compare exactly, but are never strictly equal. */
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

/** What the integer is of an event, for one that is asked of many. */
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
