import { InvalidArgumentError } from "commander";

/** `10s`, `500ms`, `2m`, `1h`, `7d`; seconds without a unit. In milliseconds; for timers. */
export function parseDuration(text: string): number {
  const ms = parseAge(text);
  if (ms > MAX_MS) throw new InvalidArgumentError("A duration is at most 24d");
  return ms;
}

/** The same of any length. */
export function parseAge(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  if (!match) throw new InvalidArgumentError("A duration is a number with ms, s, m, h or d: 10s");
  return Number(match[1]) * UNIT_MS[(match[2] ?? "s") as keyof typeof UNIT_MS];
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Node.js timers over 2^31 ms (24.8 days) would end at once. */
const MAX_MS = 24 * UNIT_MS.d;

/**
 * A moment: `2026-11-20`, `2026-11-20 14:00:08.5`, in local time; in UTC with a `Z`; `14:00`, the last time that it was; `24h`,
 * so long ago. In ms since the epoch.
 */
export function parseTime(text: string): number {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)) return Date.now() - parseDuration(text);
  const match = /^(\d{4}-\d\d-\d\d)?(?:(?:^|[ T])(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z?))?$/.exec(
    text,
  );
  const [, day = today(), time = "00:00", zone = ""] = match ?? [];
  const date = new Date(`${day}T${time}${zone}`);
  if (match === null || text === "" || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError("A time is 14:00, 2026-11-20, '2026-11-20 14:00' or 24h (ago).");
  }
  if (match[1] === undefined && date.getTime() > Date.now()) date.setDate(date.getDate() - 1);
  return date.getTime();
}

/** `2026-11-20`, in local time. */
function today(): string {
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** `16M`, `64k`, `1048576`: a power of two, in bytes. */
export function parseRingSize(text: string): number {
  const match = /^(\d+)([kKmMgG])?$/.exec(text);
  const unit = (match?.[2]?.toLowerCase() ?? "") as keyof typeof UNIT_BYTES;
  const bytes = Number(match?.[1]) * UNIT_BYTES[unit];
  if (!Number.isInteger(Math.log2(bytes)) || bytes < 4096 || bytes > 2 ** 30) {
    throw new InvalidArgumentError(
      "The size of a ring buffer is a power of two from 4k to 1G: 32M",
    );
  }
  return bytes;
}

/** `1G`, `500M`, `64k`, `2GB`; in bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kMGT])B?$/.exec(text);
  if (!match) throw new InvalidArgumentError("A size is a number with k, M, G or T: 500M");
  const unit = match[2]!.toLowerCase() as keyof typeof UNIT_BYTES;
  return Math.round(Number(match[1]) * UNIT_BYTES[unit]);
}

const UNIT_BYTES = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError("A count is a whole number of at least 1.");
  }
  return count;
}

/** `1/100` returns 100. */
export function parseSample(text: string): number {
  return parsePart(text, /^1\/(\d+)$/, "A sample is a share of the events: 1/100");
}

/** `1000/s` */
export function parsePerSecond(text: string): number {
  return parsePart(text, /^(\d+)(?:\/s)?$/, "A rate is a number of events per second: 1000/s");
}

function parsePart(text: string, form: RegExp, cure: string): number {
  const number = Number(form.exec(text)?.[1]);
  // Programs contain it as a 31-bit immediate.
  if (!(number >= 1 && number < 2 ** 31)) throw new InvalidArgumentError(cure);
  return number;
}

/** `peer_id,size` */
export function parseNames(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("Names are separated by commas.");
  return names;
}

/** Adds names to those of earlier options: `net:* mempool:added,mempool:removed` are three. */
export function collectNames(text: string, before: readonly string[] = []): string[] {
  return [...before, ...parseNames(text)];
}

/** Tracepoints by name or pattern. A node is refused: --target names it. */
export function collectTracepoints(text: string, before: readonly string[] = []): string[] {
  if (/^\d+$|\//.test(text)) {
    throw new InvalidArgumentError(`Not a tracepoint. To name a node, use --target ${text}`);
  }
  return collectNames(text, before);
}

/** A multiple of the speed at which events happened, or `max`: as fast as possible. */
export function parseSpeed(text: string): number | "max" {
  return text === "max" ? text : parseFactor(text);
}

export function parseFactor(text: string): number {
  const factor = Number(text);
  if (!(factor > 0 && factor < 1e6)) throw new InvalidArgumentError("Give a positive number.");
  return factor;
}
