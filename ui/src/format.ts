/* Numbers as people read them. Every unit is written out; what is not known is a dash. */

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: number | null): string {
  return value === null ? "–" : NUMBER.format(value);
}

/** `1.2`, `34`, `5,600`: three digits that matter. */
export function short(value: number | null): string {
  if (value === null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100) return NUMBER.format(value);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** As `short`, without zeros that say nothing: for the marks of an axis. */
export function mark(value: number): string {
  return value >= 10_000 ? `${mark(value / 1000)}k` : String(Number(value.toPrecision(3)));
}

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

export function bytes(value: number | null): string {
  if (value === null) return "–";
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 999.5 && unit < SIZES.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 || Math.abs(scaled) >= 100 ? 0 : 1;
  return `${scaled.toFixed(digits)} ${SIZES[unit]}`;
}

/** A size at the mark of an axis: `60 kB/s`. */
export function byteMark(value: number): string {
  return `${bytes(value).replace(".0 ", " ")}/s`;
}

export function duration(ms: number | null): string {
  if (ms === null) return "–";
  const size = Math.abs(ms);
  if (size < 1) return `${(ms * 1000).toFixed(0)} µs`;
  if (size < 1000) return `${ms.toFixed(size < 10 ? 1 : 0)} ms`;
  if (size < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return span(ms);
}

/** `45 s`, `12 min`, `3 h 10 min`, `4 d` */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}

export function sat(value: number | null): string {
  return value === null ? "–" : `${NUMBER.format(value)} sat`;
}

/** Large amounts in bitcoin. */
export function amount(value: number | null): string {
  if (value === null) return "–";
  return Math.abs(value) >= 1e6 ? `${(value / 1e8).toFixed(4)} BTC` : sat(value);
}

const TIME = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** The last moment that has a date. */
const END_OF_TIME = 8.64e15;

export function clock(ms: number): string {
  return Math.abs(ms) <= END_OF_TIME ? TIME.format(ms) : "–";
}

const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

export function date(ms: number): string {
  return Math.abs(ms) <= END_OF_TIME ? DATE.format(ms) : "–";
}

/** With milliseconds. */
export function fineClock(ms: number): string {
  return `${clock(ms)}.${String(Math.floor(ms % 1000)).padStart(3, "0")}`;
}

/** The ends of a hash. Blocks begin with zeros, so theirs is the other end. */
export function hashEnds(hash: string | null): string {
  if (hash === null) return "–";
  return hash.length <= 16 ? hash : `${hash.slice(0, 6)}…${hash.slice(-8)}`;
}

/** Control characters and those that turn text around, which a peer may have put into a name, are made visible. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
