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
  left: bigint,
  right: bigint,
  signed: boolean,
): bigint | null {
  const divisor = wrap(right, signed);
  if (divisor === 0n && isDivision(operator)) return null;
  return wrap(EXACTLY[operator](wrap(left, signed), divisor), signed);
}

/** The integer that the low 64 bits are. */
function wrap(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}
