import type { Unit } from "../contract/types.ts";
import { EXACTLY, isDivision } from "./arithmetic.ts";
import { type Integer, MAX_NEGATIVE, MAX_POSITIVE, signOf } from "./condition.ts";
import type { ArithmeticExpression, Expression } from "./expression.ts";
import type { Scope } from "./scope.ts";
import { convert, type Dimension, dimensionOf } from "./units.ts";

/**
 * Checks and converts the integers of a query in two passes: `measure` finds the dimension of an expression and the unit
 * of its fields, then `quantity` converts the literals to that unit.
 *
 *     duration_us / 2 > 25ms       duration, in us   →   duration_us / 2 > 25000
 *     fee / vsize > 10             amount / virtual size: a plain number
 */
export interface Measure {
  /** "any" for a literal without a unit, which can be compared with everything; "number" for a field without a unit. */
  readonly dimension: Dimension | "number" | "any";
  /** The unit of the fields; null without fields. */
  readonly unit: Unit | null;
}

const ANY: Measure = { dimension: "any", unit: null };
const NUMBER: Measure = { dimension: "number", unit: null };

/** @throws QueryError QUERY_TYPE for operands that are not integers, and for units of different dimensions */
export function measure(expression: Expression, scope: Scope): Measure {
  switch (expression.kind) {
    case "number":
      return expression.unit === null
        ? ANY
        : { dimension: dimensionOf(expression.unit), unit: null };
    case "name": {
      const { unit, type } = scope.get(expression.name, expression.span).field;
      if (!/^u?int/.test(type))
        throw notInteger(expression, scope, `${expression.name} is a ${type}`);
      return unit === undefined ? NUMBER : { dimension: dimensionOf(unit), unit };
    }
    case "minus":
      return measure(expression.operand, scope);
    case "arithmetic":
      return measureArithmetic(expression, scope);
    default:
      throw notInteger(expression, scope, `${scope.textAt(expression.span)} is not an integer`);
  }
}

/** The common dimension and unit of two quantities that are compared or added. */
export function common(left: Expression, right: Expression, scope: Scope): Measure {
  const a = measure(left, scope);
  const b = measure(right, scope);
  if (a.dimension === "any") return b;
  if (b.dimension === "any") return a;
  const isAlike = a.dimension === b.dimension && (!a.unit || !b.unit || a.unit === b.unit);
  if (isAlike) return { ...a, unit: a.unit ?? b.unit };
  const parts = `${scope.textAt(left.span)} is ${inWords(a)}, ${scope.textAt(right.span)} is ${inWords(b)}`;
  const span = { start: left.span.start, end: right.span.end };
  throw scope.refuse(span, parts, cureFor(a, b));
}

/**
 * Converts the literals of an expression to `unit`; to the smallest unit of their dimension when it is null.
 * @throws QueryError QUERY_TYPE as `measure`, and for literals that are too large or not a whole number of the unit
 */
export function quantity(expression: Expression, unit: Unit | null, scope: Scope): Integer {
  switch (expression.kind) {
    case "number": {
      const value = convert(expression.number, expression.unit, unit);
      if (value !== null) return literal(value, expression, scope);
      const text = scope.textAt(expression.span);
      throw scope.refuse(
        expression.span,
        `${text} is not a whole number${unit ? ` of ${unit}` : ""}`,
      );
    }
    case "name": {
      const { reference } = scope.get(expression.name, expression.span);
      return { kind: "field", field: reference };
    }
    case "minus":
      return arithmetic(
        { kind: "literal", value: 0n },
        "-",
        quantity(expression.operand, unit, scope),
        expression,
        scope,
      );
    case "arithmetic": {
      const [leftUnit, rightUnit] = operandUnits(expression, unit, scope);
      const left = quantity(expression.left, leftUnit, scope);
      const right = quantity(expression.right, rightUnit, scope);
      return arithmetic(left, expression.operator, right, expression, scope);
    }
    default:
      throw notInteger(expression, scope, `${scope.textAt(expression.span)} is not an integer`);
  }
}

function measureArithmetic(
  { operator, left, right, span }: ArithmeticExpression,
  scope: Scope,
): Measure {
  if (operator !== "*" && operator !== "/") return common(left, right, scope);
  const a = measure(left, scope);
  const b = measure(right, scope);
  if (isPlain(b)) return a.dimension === "any" ? b : a;
  if (operator === "/") return NUMBER;
  if (isPlain(a)) return b;
  throw scope.refuse(span, "a product of two quantities has no unit");
}

/** The units for the literals of the operands. In a quotient of two quantities, each operand has its own unit. */
function operandUnits(
  { operator, left, right }: ArithmeticExpression,
  unit: Unit | null,
  scope: Scope,
): readonly [left: Unit | null, right: Unit | null] {
  if (operator !== "/") return [unit, unit];
  const a = measure(left, scope);
  const b = measure(right, scope);
  if (isPlain(b)) return [unit, null];
  if (a.dimension !== b.dimension) return [a.unit, b.unit];
  const both = common(left, right, scope).unit;
  return [both, both];
}

/** Computes literals immediately. The result of `-` is signed; other results are signed if an operand is. */
function arithmetic(
  left: Integer,
  operator: ArithmeticExpression["operator"],
  right: Integer,
  expression: Expression,
  scope: Scope,
): Integer {
  if (isDivision(operator) && right.kind === "literal" && right.value === 0n) {
    throw scope.refuse(expression.span, "this divides by zero");
  }
  if (left.kind === "literal" && right.kind === "literal") {
    return literal(EXACTLY[operator](left.value, right.value), expression, scope);
  }
  const signed = operator === "-" || signOf(left) === "signed" || signOf(right) === "signed";
  return { kind: "arithmetic", operator, left, right, signed };
}

function isPlain({ dimension }: Measure): boolean {
  return dimension === "any" || dimension === "number";
}

function literal(value: bigint, { span }: Expression, scope: Scope): Integer {
  if (value >= MAX_NEGATIVE && value <= MAX_POSITIVE) return { kind: "literal", value };
  throw scope.refuse(span, `${scope.textAt(span)} does not fit 64 bits`);
}

function notInteger({ span }: Expression, scope: Scope, reason: string): Error {
  return scope.refuse(span, `an integer is expected, but ${reason}`);
}

/** `in us`, `a duration`, `a plain number` */
function inWords({ dimension, unit }: Measure): string {
  if (unit !== null) return `in ${unit}`;
  if (dimension === "number" || dimension === "any") return "a plain number";
  return `${dimension === "amount" ? "an" : "a"} ${dimension}`;
}

function cureFor(...sides: readonly Measure[]): string | undefined {
  if (sides.some(isPlain)) return "what is without a unit goes with numbers without one";
  const isFeeRate =
    sides
      .map(({ dimension }) => dimension)
      .toSorted()
      .join() === "amount,virtual size";
  return isFeeRate ? "a quotient of both is a plain number: fee / vsize > 10" : undefined;
}
