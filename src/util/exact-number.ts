/** The integer as a number; null if it is outside ±2^53, where numbers are inexact. */
export function exactNumber(value: bigint): number | null {
  return BigInt.asIntN(54, value) === value ? Number(value) : null;
}
