import type { Unit } from "../contract/types.ts";

/** The number digits / 10^places: 0.25 is { digits: 25n, places: 2 }. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** What a quantity measures. Plain numbers have no dimension. */
export type Dimension = "amount" | "size" | "virtual size" | "duration" | "point in time";

interface Scale {
  readonly dimension: Dimension;
  /** Its size in the dimension's smallest unit. */
  readonly factor: bigint;
}

const SCALES = {
  sat: { dimension: "amount", factor: 1n },
  btc: { dimension: "amount", factor: 100_000_000n },
  BTC: { dimension: "amount", factor: 100_000_000n },
  B: { dimension: "size", factor: 1n },
  kB: { dimension: "size", factor: 1000n },
  MB: { dimension: "size", factor: 1_000_000n },
  GB: { dimension: "size", factor: 1_000_000_000n },
  KiB: { dimension: "size", factor: 1n << 10n },
  MiB: { dimension: "size", factor: 1n << 20n },
  GiB: { dimension: "size", factor: 1n << 30n },
  vB: { dimension: "virtual size", factor: 1n },
  kvB: { dimension: "virtual size", factor: 1000n },
  MvB: { dimension: "virtual size", factor: 1_000_000n },
  ns: { dimension: "duration", factor: 1n },
  us: { dimension: "duration", factor: 1000n },
  ms: { dimension: "duration", factor: 1_000_000n },
  s: { dimension: "duration", factor: 1_000_000_000n },
  min: { dimension: "duration", factor: 60_000_000_000n },
  h: { dimension: "duration", factor: 3_600_000_000_000n },
} as const satisfies Record<string, Scale>;

/** A unit that can follow a number in a query. */
export type UnitName = keyof typeof SCALES;

export const UNIT_NAMES = Object.keys(SCALES) as UnitName[];

export function isUnit(name: string): name is UnitName {
  return Object.hasOwn(SCALES, name);
}

export function dimensionOf(unit: Unit | UnitName): Dimension {
  return unit === "UNIX s" ? "point in time" : SCALES[unit].dimension;
}

/**
 * Converts a quantity to the unit of a field, or to the smallest unit of its dimension; null when the result is not a
 * whole number. `convert(1.5, "ms", "us")` is 1500n.
 */
export function convert(number: Decimal, from: UnitName | null, to: Unit | null): bigint | null {
  const factor = from === null ? 1n : SCALES[from].factor;
  const unit = from === null || to === null || to === "UNIX s" ? 1n : SCALES[to].factor;
  const whole = number.digits * factor;
  const divisor = 10n ** BigInt(number.places) * unit;
  return whole % divisor === 0n ? whole / divisor : null;
}
