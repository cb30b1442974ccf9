import type { ArithmeticOperator } from "./expression.ts";

/** Without bounds; quotients are towards zero, remainders have the dividend's sign. */
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

/** As in the kernel: 64 bits that wrap around. Null for a quotient or remainder by zero, which is unknown. */
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

/** Undefined when numbers would not be exact. */
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

/** No quotient of exact numbers is rounded up to the next whole one: that is further away than their 53 bits reach. */
const SMALL: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
};

/** The integer that the low 64 bits are. */
function wrap(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}
