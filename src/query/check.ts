import { isFloat } from "../contract/shape.ts";
import type { Field } from "../contract/types.ts";
import { nearest, suggestion } from "../util/nearest.ts";
import { all, any, type Condition, type Integer } from "./condition.ts";
import type { ComparisonExpression, ComparisonOperator, Expression } from "./expression.ts";
import { common, measure, quantity } from "./quantity.ts";
import type { Named, Scope } from "./scope.ts";

/** The negation of each operator. */
const INVERSE = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
} as const satisfies Record<ComparisonOperator, ComparisonOperator>;

/** The operator for exchanged sides: `a < b` is `b > a`. */
const MIRRORED = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
} as const satisfies Record<ComparisonOperator, ComparisonOperator>;

/**
 * Checks an expression against the fields in scope and returns it, or its negation, as a condition.
 * @throws QueryError QUERY_TYPE
 */
export function check(expression: Expression, scope: Scope, negated = false): Condition {
  switch (expression.kind) {
    case "boolean":
      return { kind: "constant", value: expression.value !== negated };
    case "not":
      return check(expression.operand, scope, !negated);
    case "all":
    case "any": {
      const operands = expression.operands.map((operand) => check(operand, scope, negated));
      return (expression.kind === "all") !== negated ? all(operands) : any(operands);
    }
    case "name": {
      const { field, reference } = scope.get(expression.name, expression.span);
      if (field.type === "bool") return { kind: "flag", field: reference, negated };
      const message = `${field.name} is a ${field.type}, not a condition`;
      throw scope.refuse(expression.span, message, `compare it, as in ${example(field)}`);
    }
    case "comparison":
      return checkComparison(expression, scope, negated);
    case "membership":
      return checkOneOf(expression.subject, expression.list, scope, negated);
    case "test": {
      const { subject, test } = expression;
      const named = subject.kind === "name" ? scope.get(subject.name, subject.span) : null;
      if (named?.field.type !== "string") {
        const message = `${test} takes a string field, but ${scope.textAt(subject.span)} is not one`;
        throw scope.refuse(subject.span, message);
      }
      const pattern = { test, bytes: textOf(expression.text, scope) };
      return { kind: "text", subject: named.reference, among: [pattern], negated };
    }
    default: {
      const message = `${scope.textAt(expression.span)} is a value, not a condition`;
      throw scope.refuse(expression.span, message, "compare a field with it");
    }
  }
}

function checkComparison(
  comparison: ComparisonExpression,
  scope: Scope,
  negated: boolean,
): Condition {
  const { operator, left, right } = comparison;
  const float = checkFloat(left, operator, right, scope, negated);
  if (float !== null) return float;
  const isEquality = operator === "==" || operator === "!=";
  const isNegated = (operator === "!=") !== negated;
  if (isEquality && isNamedValue(left, right, scope))
    return checkOneOf(left, [right], scope, isNegated);
  if (isEquality && isNamedValue(right, left, scope))
    return checkOneOf(right, [left], scope, isNegated);
  const { unit } = common(left, right, scope);
  const a = quantity(left, unit, scope);
  const b = quantity(right, unit, scope);
  if (isEquality && b.kind === "literal") return oneOf(a, [b.value], isNegated);
  if (isEquality && a.kind === "literal") return oneOf(b, [a.value], isNegated);
  return {
    kind: "comparison",
    operator: negated ? INVERSE[operator] : operator,
    left: a,
    right: b,
  };
}

/** `arg0 > 2.5`, `2.5 < arg0`; null when neither side is a field of floating-point numbers. */
function checkFloat(
  left: Expression,
  operator: ComparisonOperator,
  right: Expression,
  scope: Scope,
  negated: boolean,
): Condition | null {
  const subject = floatField(left, scope);
  if (subject !== null) return floatTest(subject, operator, right, scope, negated);
  const other = floatField(right, scope);
  return other === null ? null : floatTest(other, MIRRORED[operator], left, scope, negated);
}

function floatField(expression: Expression, scope: Scope): Named | null {
  const named = expression.kind === "name" ? scope.get(expression.name, expression.span) : null;
  return named !== null && isFloat(named.field.type) ? named : null;
}

function floatTest(
  { field, reference }: Named,
  operator: ComparisonOperator,
  value: Expression,
  scope: Scope,
  negated: boolean,
): Condition {
  const number = floatOf(value, scope);
  return {
    kind: "float",
    subject: reference,
    operator,
    // 0.1 is not the same number in 4 bytes.
    value: field.type === "float32" ? Math.fround(number) : number,
    negated,
  };
}

function floatOf(expression: Expression, scope: Scope): number {
  if (expression.kind === "minus") return -floatOf(expression.operand, scope);
  if (expression.kind === "number" && expression.unit === null) {
    const { digits, places } = expression.number;
    return Number(`${digits}e-${places}`);
  }
  const message = `a number is expected, but ${scope.textAt(expression.span)} is not a number`;
  throw scope.refuse(expression.span, message, "floating-point numbers are compared with numbers");
}

/** Whether it is a field with values that are not integers, or have names. */
function isNamedValue(subject: Expression, value: Expression, scope: Scope): boolean {
  if (subject.kind !== "name") return false;
  const { type } = scope.get(subject.name, subject.span).field;
  return value.kind === "text" || value.kind === "boolean" || !/^u?int/.test(type);
}

/** `msg_type in ("inv", "tx")`, `network in ("onion", 4)`, `peer_id in (1, 2)`; `a == b` is `a in (b)`. */
function checkOneOf(
  subject: Expression,
  list: readonly Expression[],
  scope: Scope,
  negated: boolean,
): Condition {
  const named = subject.kind === "name" ? scope.get(subject.name, subject.span) : null;
  switch (named?.field.type) {
    case "string": {
      const among = list.map((item) => ({ test: "equals", bytes: textOf(item, scope) }) as const);
      return { kind: "text", subject: named.reference, among, negated };
    }
    case "hash": {
      const among = list.map((item) => hashOf(item, scope));
      return { kind: "hash", subject: named.reference, among, negated };
    }
    case "bool": {
      const flags = list.map((item) => ({
        kind: "flag" as const,
        field: named.reference,
        negated: booleanOf(item, scope) === negated,
      }));
      return negated ? all(flags) : any(flags);
    }
    case "float64":
    case "float32": {
      const tests = list.map((item) => floatTest(named, "==", item, scope, negated));
      return negated ? all(tests) : any(tests);
    }
    default:
      return checkIntegers(subject, named, list, scope, negated);
  }
}

function checkIntegers(
  subject: Expression,
  named: Named | null,
  list: readonly Expression[],
  scope: Scope,
  negated: boolean,
): Condition {
  const { unit } = measure(subject, scope);
  const among = list.flatMap((item) => {
    if (item.kind === "text") return valuesNamed(item, named?.field, scope);
    common(subject, item, scope);
    const value = quantity(item, unit, scope);
    if (value.kind === "literal") return [value.value];
    throw scope.refuse(item.span, `${scope.textAt(item.span)} is not a value`, "in takes values");
  });
  return oneOf(quantity(subject, unit, scope), among, negated);
}

function oneOf(subject: Integer, among: readonly bigint[], negated: boolean): Condition {
  return { kind: "membership", subject, among, negated };
}

/** The numbers with this name in an enumeration: `"onion"`. */
function valuesNamed(
  item: Expression & { kind: "text" },
  field: Field | undefined,
  scope: Scope,
): bigint[] {
  const values = Object.entries(field?.values ?? {});
  const found = values.filter(([, name]) => name === item.bytes);
  if (found.length > 0) return found.map(([value]) => BigInt(value));
  const text = scope.textAt(item.span);
  if (values.length === 0)
    throw scope.refuse(item.span, `a number is expected, but ${text} is a text`);
  const names = values.map(([, name]) => name);
  const cure = suggestion(nearest(item.bytes, names), `values: ${names.join(", ")}`);
  throw scope.refuse(item.span, `${field?.name} has no value ${text}`, cure);
}

function textOf(item: Expression, scope: Scope): string {
  if (item.kind === "text") return item.bytes;
  const message = `a text is expected, but ${scope.textAt(item.span)} is not a text`;
  throw scope.refuse(item.span, message, "put texts in quotes");
}

/** `"000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"` */
function hashOf(item: Expression, scope: Scope): string {
  const text = textOf(item, scope);
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw scope.refuse(
    item.span,
    "a hash is 64 hex digits, in the order in which they are displayed",
  );
}

function booleanOf(item: Expression, scope: Scope): boolean {
  if (item.kind === "boolean") return item.value;
  throw scope.refuse(item.span, `${scope.textAt(item.span)} is neither true nor false`);
}

function example({ name, type }: Field): string {
  switch (type) {
    case "string":
      return `${name} == "text"`;
    case "hash":
      return `${name} == "64 hex digits"`;
    default:
      return `${name} > 0`;
  }
}
