import type { RawEvent } from "../event/event.ts";
import { BLOCK_SIZE, FLAG, TAG_SHIFT } from "./format.ts";

/** The thread, process and CPU of an event. The events of a block have few different ones. */
interface Origin {
  readonly index: number;
  readonly thread: string | null;
  readonly pid: number;
}

/** Bytes that are always free: more than an event with empty strings and payload takes. */
const SLACK = 2048;
/** Twice a full block: an event can begin just before BLOCK_SIZE. */
const FIRST_ROOM = 2 * BLOCK_SIZE;
const MAX_EXACT = 2 ** 52;
const LOW_BITS = 49n;
const LOW_MASK = (1n << LOW_BITS) - 1n;

/**
 * Writes events into a block. Each block can be read alone: it repeats the times, origins and strings that it needs.
 *
 * An integer is a sequence of bytes with 7 bits each, the lowest bits first; all bytes but the last have the highest bit
 * set. A signed integer n is first mapped to an unsigned one (zigzag): 0, -1, 1, -2, 2, … become 0, 1, 2, 3, 4, …
 *
 * An event's wall-clock time is stored only if the reader cannot compute it: the reader assumes that the wall clock and
 * the monotonic clock advance together.
 */
export class BlockWriter {
  #bytes = Buffer.allocUnsafe(FIRST_ROOM);
  #at = 0;
  #ktime: number | bigint = 0;
  #clockOffset = Number.NaN;
  readonly #origins = new Map<number, Origin>();
  #origin: Origin | undefined;
  #originKey = -1;
  #originCount = 0;
  readonly #strings = new Map<string, number>();

  /** Bytes in the block. */
  get size(): number {
    return this.#at;
  }

  /** The block's bytes, until the next one is written. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Returns the block's bytes and begins the next block. */
  take(): Buffer {
    const block = Buffer.from(this.written);
    this.clear();
    return block;
  }

  /** Begins the next block. */
  clear(): void {
    this.#at = 0;
    this.#ktime = 0;
    this.#clockOffset = Number.NaN;
    this.#origins.clear();
    this.#origin = undefined;
    this.#originKey = -1;
    this.#originCount = 0;
    this.#strings.clear();
  }

  /** Writes the beginning of an event: tag, times and origin. */
  envelope(kind: number, event: RawEvent, flags: number): void {
    const { ktime, time } = event;
    const monotonicMs = Number(ktime) / 1e6;
    const isPredicted = monotonicMs + this.#clockOffset === time;
    this.#small((kind << TAG_SHIFT) | flags | (isPredicted ? 0 : FLAG.time));
    this.signed(difference(ktime, this.#ktime));
    this.#ktime = ktime;
    if (!isPredicted) {
      this.#bytes.writeDoubleLE(time, this.#at);
      this.#at += 8;
      this.#clockOffset = time - monotonicMs;
    }
    this.#writeOrigin(event);
  }

  /** Writes a notice between two events. */
  notice(json: string): void {
    this.#small(0);
    this.#text(json);
  }

  unsigned(value: number | bigint): void {
    if (typeof value === "number") this.#small(value);
    else if (value < MAX_EXACT) this.#small(Number(value));
    else this.#wide(value);
  }

  signed(value: number | bigint): void {
    if (typeof value === "number" && value > -MAX_EXACT && value < MAX_EXACT) {
      this.#small(value < 0 ? -2 * value - 1 : 2 * value);
    } else {
      const wide = BigInt(value);
      this.unsigned(wide < 0n ? -2n * wide - 1n : 2n * wide);
    }
  }

  float(value: number): void {
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  bool(value: boolean): void {
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  /** @param hex 64 hex digits */
  hash(hex: string): void {
    this.#at += this.#bytes.write(hex, this.#at, 32, "hex");
  }

  /** Writes the number of a string that the block contains (from 1); or 0 and the string. */
  string(value: string): void {
    const known = this.#strings.get(value);
    this.#small(known ?? 0);
    if (known !== undefined) return;
    this.#strings.set(value, this.#strings.size + 1);
    this.#text(value);
  }

  bytes(value: Uint8Array): void {
    this.#small(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    this.#reserve(0);
  }

  words(values: readonly (number | bigint)[]): void {
    this.#small(values.length);
    this.#reserve(MAX_BYTES_A_WORD * values.length);
    for (const value of values) this.unsigned(value);
    this.#reserve(0);
  }

  #writeOrigin({ tid, thread, cpu, pid }: RawEvent): void {
    // Thread ids are below 2^22 and CPU numbers below 2^16: one exact double holds both.
    const key = tid * 65_536 + cpu;
    const known = key === this.#originKey ? this.#origin : this.#origins.get(key);
    if (known !== undefined && known.thread === thread && known.pid === pid) {
      this.#origin = known;
      this.#originKey = key;
      this.#small(known.index);
      return;
    }
    this.#origin = { index: ++this.#originCount, thread, pid };
    this.#originKey = key;
    this.#origins.set(key, this.#origin);
    this.#small(0);
    this.#small(tid);
    this.#small(cpu);
    this.#small(pid);
    this.bool(thread !== null);
    if (thread !== null) this.string(thread);
  }

  #text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#small(length);
    this.#reserve(length);
    this.#at += this.#bytes.write(value, this.#at);
    this.#reserve(0);
  }

  /** @param value from 0 to 2^53 */
  #small(value: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    // Bit operators take 32 bits.
    while (rest >= 0x1000_0000) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#at = at;
  }

  /** @param value at least 2^49 */
  #wide(value: bigint): void {
    let low = Number(value & LOW_MASK);
    for (let i = 0; i < 7; i++) {
      this.#bytes[this.#at++] = (low % 128) | 0x80;
      low = Math.floor(low / 128);
    }
    this.#small(Number(value >> LOW_BITS));
  }

  /** Makes room for `length` bytes and the small values after them. */
  #reserve(length: number): void {
    const needed = this.#at + length + SLACK;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** A word has 64 bits, a byte takes 7. */
const MAX_BYTES_A_WORD = 10;

/** The difference as a signed integer of 64 bits. */
function difference(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return BigInt.asIntN(64, BigInt(a) - BigInt(b));
}
