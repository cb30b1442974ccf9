import type { Unit } from "../contract/types.ts";
import { durationText } from "./format.ts";

const NANOSECONDS = { ns: 1, us: 1000 } as const;

export function isDuration(unit: Unit | null): unit is keyof typeof NANOSECONDS {
  return unit !== null && unit in NANOSECONDS;
}

/** The unit in a heading: ` (B)`. Durations have their units with them. */
export function unitText(unit: Unit | null): string {
  return unit === null || isDuration(unit) ? "" : ` (${unit})`;
}

/** `1.50 ms`. @param plain the text of a value that is not a duration */
export function quantityText<Value extends number | bigint>(
  value: Value,
  unit: Unit | null,
  plain: (value: Value) => string,
): string {
  return isDuration(unit) ? durationText(Number(value) * NANOSECONDS[unit]) : plain(value);
}
