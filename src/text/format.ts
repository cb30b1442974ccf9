/*
 * Quantities for people, the same on terminals and pages: three significant digits, grouped thousands, a suitable unit.
 * counted.ts adds a noun to a count.
 */

/** `12,345`, `14,108.3100`. @param value a number, or its digits */
export function groupedText(value: number | bigint | string): string {
  const [whole, ...fraction] = String(value).split(".");
  return [whole!.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

/** `0.12`, `1.23`, `12.3`, `123`, `1,234` */
export function threeDigits(value: number): string {
  if (value === 0 || value >= 99.95) return groupedText(Math.round(value));
  return String(Number(value.toFixed(value >= 9.995 ? 1 : 2)));
}

const PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** `45.1 MvB`, `999 B`, in powers of 1000. */
export function scaledText(value: number, unit: string): string {
  let rest = value;
  let steps = 0;
  // Rounded to three digits, 999.5 is 1000, which has the next prefix.
  while (rest >= 999.5 && steps < PREFIXES.length - 1) {
    rest /= 1000;
    steps++;
  }
  return `${threeDigits(rest)} ${PREFIXES[steps]}${unit}`;
}

/** `0 %`, `0.028 %`, `1.5 %`, `34 %`. Only a share of 1 is 100 %. @param share 0 to 1 */
export function percentText(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  if (value > 0 && value < 0.01) return "< 0.01 %";
  if (value < 10) return `${Number(value.toPrecision(2))} %`;
  return `${value < 100 ? Math.min(99, Math.round(value)) : Math.round(value)} %`;
}

/** `1,234 sat`; means are rounded. */
export function satText(value: number): string {
  return `${groupedText(Math.round(value))} sat`;
}

/** `14,108.3100 BTC`. @param value in sat @param digits after the decimal point; 8 are exact */
function bitcoinText(value: number, digits: number): string {
  return `${groupedText((value / 1e8).toFixed(digits))} BTC`;
}

/** Larger amounts are written in BTC; in sat. */
const LARGE = 1e6;

/** One amount, in the unit that fits it. @param value in sat */
export function amountText(value: number): string {
  return Math.abs(value) >= LARGE ? bitcoinText(value, 4) : satText(value);
}

/**
 * The format of a column of amounts: all in one unit, so that people can compare them.
 * @param values in sat; null when unknown
 */
export function amountsLike(values: readonly (number | null)[]): (value: number) => string {
  const isLarge = values.some((value) => value !== null && Math.abs(value) >= LARGE);
  return isLarge ? (value) => bitcoinText(value, 8) : satText;
}

const SPANS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** `3 d 4 h`, `12 min`, `45 s`: the largest unit, and the next below days and hours. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const at = SPANS.findIndex(([, length]) => whole >= length);
  const [unit, length] = SPANS[at === -1 ? SPANS.length - 1 : at]!;
  const first = `${Math.floor(whole / length)} ${unit}`;
  const next = unit === "d" || unit === "h" ? SPANS[at + 1] : undefined;
  const rest = next ? Math.floor((whole % length) / next[1]) : 0;
  return next && rest > 0 ? `${first} ${rest} ${next[0]}` : first;
}

/** `less than a minute ago`, `a minute ago`, `3 h 10 min ago` */
export function agoText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return "less than a minute ago";
  if (minutes === 1) return "a minute ago";
  return minutes < 60 ? `${minutes} minutes ago` : `${spanText(minutes * 60)} ago`;
}

const UNITS = [
  { name: "ns", ns: 1 },
  { name: "us", ns: 1e3 },
  { name: "ms", ns: 1e6 },
  { name: "s", ns: 1e9 },
] as const;

/**
 * `812 us`, `61.2 ms`, `1.50 s`, `14 min 3 s`, `2 h 5 min`, `12 d 4 h`: three significant digits.
 * @param micro the unit of microseconds; terminals use ASCII
 */
export function durationText(ns: number, micro: "us" | "µs" = "us"): string {
  if (ns < 0) return `-${durationText(-ns, micro)}`;
  const seconds = Math.round(ns / 1e9);
  if (seconds >= 3600) return spanText(seconds);
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  // The largest unit in which the rounded value is 1 or more: 999.6 us is 1.00 ms.
  const unit = UNITS.findLast((each) => ns / each.ns >= 0.9995) ?? UNITS[0];
  const value = ns / unit.ns;
  const digits = unit.ns === 1 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit.name === "us" ? micro : unit.name}`;
}
