import type { ArithmeticOperator } from "./expression.ts";

/** Exact arithmetic. Quotients are rounded towards zero; remainders have the dividend's sign. */
export const EXACTLY: Readonly<Record<ArithmeticOperator, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

export function isDivision(operator: ArithmeticOperator): boolean {
  return operator === "/" || operator === "%";
}

/** Arithmetic as in the kernel: results wrap around at 64 bits. Null (unknown) for a division by zero. */
export function compute(
  operator: ArithmeticOperator,
  left: number | bigint,
  right: number | bigint,
  signed: boolean,
): number | bigint | null {
  if (typeof left === "number" && typeof right === "number") {
    const result = computeSmall(operator, left, right, signed);
    if (result !== undefined) return result;
  }
  const divisor = wrap(BigInt(right), signed);
  if (divisor === 0n && isDivision(operator)) return null;
  return wrap(EXACTLY[operator](wrap(BigInt(left), signed), divisor), signed);
}

/** Returns undefined when the result would not be exact. */
function computeSmall(
  operator: ArithmeticOperator,
  left: number,
  right: number,
  signed: boolean,
): number | null | undefined {
  if (!signed && (left < 0 || right < 0)) return undefined;
  if (right === 0 && isDivision(operator)) return null;
  const result = SMALL[operator](left, right);
  return Number.isSafeInteger(result) ? result : undefined;
}

/** Exact numbers have 53 bits, so a fractional quotient is never rounded up to a whole number. */
const SMALL: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
};

/** Interprets the low 64 bits as an integer. */
function wrap(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}
