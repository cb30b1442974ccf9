import {
  amountText,
  durationText,
  groupedText,
  satText,
  scaledText,
  spanText,
} from "../../src/text/format.ts";

/* Numbers are formatted as in all views; an unknown number is a dash. Times are in the browser's time zone. */

export { percentText as percent } from "../../src/text/format.ts";

export function count(value: number | null): string {
  return value === null ? "–" : groupedText(Math.round(value));
}

/** `1.20`, `34.0`, `5,600`: always three digits, so that the decimal points of a column are aligned. */
export function short(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return count(value);
  return value.toFixed(size >= 10 ? 1 : 2);
}

const MARK_UNITS = [
  ["G", 1e9],
  ["M", 1e6],
  ["k", 1e3],
] as const;

/** A number at the mark of an axis: `0.5`, `1230`, `12.5k`, without trailing zeros. */
export function mark(value: number): string {
  const [unit, size] = MARK_UNITS.find(([, size]) => value >= 10 * size) ?? ["", 1];
  return `${Number((value / size).toPrecision(3))}${unit}`;
}

/** A rate at the mark of an axis: `12.5k/s`. */
export function perSecond(value: number): string {
  return `${mark(value)}/s`;
}

export function bytes(value: number | null): string {
  return value === null ? "–" : scaledText(value, "B");
}

/** A size at the mark of an axis: `60 kB/s`. */
export function byteMark(value: number): string {
  return `${bytes(value)}/s`;
}

export function duration(ms: number | null): string {
  return ms === null ? "–" : durationText(ms * 1e6, "µs");
}

export function nanoseconds(ns: number | null): string {
  return ns === null ? "–" : durationText(ns, "µs");
}

/** `45 s`, `12 min`, `3 h 10 min`, `4 d` */
export function span(ms: number): string {
  return spanText(ms / 1000);
}

export function sat(value: number | null): string {
  return value === null ? "–" : satText(value);
}

/** Large amounts in bitcoin. */
export function amount(value: number | null): string {
  return value === null ? "–" : amountText(value);
}

const TIME = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** The last time that `Date` can represent. */
const END_OF_TIME = 8.64e15;

export function clock(ms: number): string {
  return Math.abs(ms) <= END_OF_TIME ? TIME.format(ms) : "–";
}

const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

export function date(ms: number): string {
  return Math.abs(ms) <= END_OF_TIME ? DATE.format(ms) : "–";
}

const SHORT_DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** `28 Nov` */
export function shortDate(ms: number): string {
  return Math.abs(ms) <= END_OF_TIME ? SHORT_DATE.format(ms) : "–";
}

/** With milliseconds. */
export function fineClock(ms: number): string {
  return `${clock(ms)}.${String(Math.floor(ms % 1000)).padStart(3, "0")}`;
}

/** Both ends of a hash. Block hashes begin with zeros, so the end is longer. */
export function hashEnds(hash: string | null): string {
  if (hash === null) return "–";
  return hash.length <= 16 ? hash : `${hash.slice(0, 6)}…${hash.slice(-8)}`;
}

/** Makes control characters and those that reverse text visible: a peer may have put them into a name. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
