import { exactNumber } from "../util/exact-number.ts";
import { FLAG, MAX_TIME } from "./format.ts";

/** Why a block is unreadable, as a sentence; the caller adds the place in the file. */
export class BlockError extends Error {
  override readonly name = "BlockError";
}

/** The thread that passed the tracepoint, its process and its CPU. */
export interface Origin {
  readonly tid: number;
  readonly thread: string | null;
  readonly cpu: number;
  readonly pid: number;
}

const LOW_BITS = 49n;
const MAX_SAFE_HIGH = 2 ** (53 - 49);
const MAX_HIGH = 2 ** (64 - 49);

/**
 * Reads what BlockWriter wrote; throws BlockError for anything else. Small values are read without a test of the block's
 * end, because that is faster: `check` tests it once for each event, before the event is delivered.
 */
export class BlockReader {
  readonly #bytes: Buffer;
  #at = 0;
  #ktime: number | bigint = 0;
  #time = 0;
  #clockOffset = Number.NaN;
  readonly #origins: Origin[] = [];
  #origin: Origin | undefined;
  readonly #strings: string[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Call it after each event. */
  check(): void {
    if (this.#at > this.#bytes.length) throw new BlockError("an event is longer than its block");
  }

  /** Reads the beginning of an event and sets `ktime`, `time` and `origin`. */
  envelope(flags: number): void {
    this.#ktime = wrappingSum(this.#ktime, this.signed());
    const monotonicMs = Number(this.#ktime) / 1e6;
    if (flags & FLAG.time) {
      this.#time = this.#double();
      this.#clockOffset = this.#time - monotonicMs;
    } else {
      this.#time = monotonicMs + this.#clockOffset;
    }
    // Negated, so that NaN fails too.
    if (!(Math.abs(this.#time) <= MAX_TIME)) throw new BlockError("an event has no valid time");
    const index = this.count();
    this.#origin = index === 0 ? this.#readOrigin() : this.#origins[index - 1];
    if (this.#origin === undefined) throw new BlockError("an event has no origin");
  }

  get ktime(): number | bigint {
    return this.#ktime;
  }

  get time(): number {
    return this.#time;
  }

  get origin(): Origin {
    return this.#origin!;
  }

  /** An unsigned integer of 32 bits. */
  count(): number {
    return this.integer(0, 0xffff_ffff);
  }

  /** An integer of a type that has fewer than 64 bits. */
  integer(min: number, max: number): number {
    const value = min < 0 ? this.signed() : this.unsigned();
    if (typeof value === "bigint" || value < min || value > max) {
      throw new BlockError("an integer is too large for its type");
    }
    return value;
  }

  /** A number where it is exact, else a bigint. */
  unsigned(): number | bigint {
    const bytes = this.#bytes;
    const first = bytes[this.#at++]!;
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 0x80; scale < 2 ** 49; scale *= 0x80) {
      const byte = bytes[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return this.#wide(value);
  }

  /** A number where it is exact, else a bigint. */
  signed(): number | bigint {
    const value = this.unsigned();
    if (typeof value === "number") return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    const signed = value & 1n ? -(value >> 1n) - 1n : value >> 1n;
    return exactNumber(signed) ?? signed;
  }

  float(): number {
    return this.#double();
  }

  bool(): boolean {
    return this.#bytes[this.#at++] === 1;
  }

  hash(): string {
    const at = this.#at;
    this.#at += 32;
    return this.#bytes.toString("hex", at, at + 32);
  }

  string(): string {
    const index = this.count();
    if (index > 0) {
      const known = this.#strings[index - 1];
      if (known === undefined) throw new BlockError("a string's number is too large");
      return known;
    }
    const text = this.text();
    this.#strings.push(text);
    return text;
  }

  bytes(): Uint8Array {
    const [begin, end] = this.#take(this.count());
    return new Uint8Array(this.#bytes.subarray(begin, end));
  }

  words(): (number | bigint)[] {
    const count = this.integer(0, MAX_WORDS);
    return Array.from({ length: count }, () => this.unsigned());
  }

  /** Text without a number. */
  text(): string {
    const [begin, end] = this.#take(this.count());
    return this.#bytes.toString("utf8", begin, end);
  }

  #readOrigin(): Origin {
    const tid = this.count();
    const cpu = this.integer(0, 0xffff);
    const pid = this.count();
    const origin = { tid, thread: this.bool() ? this.string() : null, cpu, pid };
    this.#origins.push(origin);
    return origin;
  }

  /** @param low what the first seven bytes hold */
  #wide(low: number): number | bigint {
    let high = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      high += (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (high < MAX_SAFE_HIGH) return high * 2 ** 49 + low;
      if (high < MAX_HIGH) return (BigInt(high) << LOW_BITS) | BigInt(low);
      break;
    }
    throw new BlockError("an integer has more than 64 bits");
  }

  #double(): number {
    const [begin] = this.#take(8);
    return this.#bytes.readDoubleLE(begin);
  }

  #take(length: number): [begin: number, end: number] {
    const begin = this.#at;
    this.#at += length;
    this.check();
    return [begin, this.#at];
  }
}

/** The tracer reads no larger values. */
const MAX_WORDS = 32;

/** The sum modulo 2^64. */
function wrappingSum(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === "number" && typeof b === "number") {
    const total = a + b;
    if (total >= 0 && total <= Number.MAX_SAFE_INTEGER) return total;
  }
  const wrapped = BigInt.asUintN(64, BigInt(a) + BigInt(b));
  return exactNumber(wrapped) ?? wrapped;
}
