import type { RawEvent } from "../event/event.ts";
import { BLOCK_SIZE, FLAG, TAG_SHIFT } from "./format.ts";

/** Where an event came from. What follows each other mostly repeats one of a few. */
interface Origin {
  readonly index: number;
  readonly thread: string | null;
  readonly pid: number;
}

/** Room that is always there: more than an event takes whose strings and payload are empty. */
const SLACK = 2048;
/** An event begins only where less than BLOCK_SIZE is used. */
const FIRST_ROOM = 2 * BLOCK_SIZE;
const MAX_EXACT = 2 ** 52;
const LOW_BITS = 49n;
const LOW_MASK = (1n << LOW_BITS) - 1n;

/**
 * Writes events into a block. Blocks know nothing of each other: times, origins and strings are told anew in each.
 *
 * Integers are written in groups of 7 bits, lowest first, the highest bit set on all but the last; signed ones as
 * 0, -1, 1, -2, 2, … (zigzag).
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

  /** Bytes so far. */
  get size(): number {
    return this.#at;
  }

  /** The block's bytes so far. */
  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  /** The block's bytes; the next block begins. */
  take(): Buffer {
    const block = this.copy();
    this.#at = 0;
    this.#ktime = 0;
    this.#clockOffset = Number.NaN;
    this.#origins.clear();
    this.#origin = undefined;
    this.#originKey = -1;
    this.#originCount = 0;
    this.#strings.clear();
    return block;
  }

  /** What every event begins with. The wall clock is told when it cannot be foretold from the other one. */
  envelope(kind: number, event: RawEvent, flags: number): void {
    const { ktime, time } = event;
    const monotonicMs = Number(ktime) / 1e6;
    const isForetold = monotonicMs + this.#clockOffset === time;
    this.#small((kind << TAG_SHIFT) | flags | (isForetold ? 0 : FLAG.time));
    this.signed(difference(ktime, this.#ktime));
    this.#ktime = ktime;
    if (!isForetold) {
      this.#bytes.writeDoubleLE(time, this.#at);
      this.#at += 8;
      this.#clockOffset = time - monotonicMs;
    }
    this.#writeOrigin(event);
  }

  /** The text of a notice, among the events. */
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

  /** The number of a string that the block has already, from 1 on; 0 and the string itself otherwise. */
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
    // Threads' ids are below 2^22 and processors' below 2^16: a double holds both.
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
    // Beyond 28 bits the operators on integers do not reach.
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

  /** @param value from 2^49 on */
  #wide(value: bigint): void {
    let low = Number(value & LOW_MASK);
    for (let i = 0; i < 7; i++) {
      this.#bytes[this.#at++] = (low % 128) | 0x80;
      low = Math.floor(low / 128);
    }
    this.#small(Number(value >> LOW_BITS));
  }

  /** Makes room for so many bytes and whatever small follows them. */
  #reserve(length: number): void {
    const needed = this.#at + length + SLACK;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Of a word in groups of seven bits. */
const MAX_BYTES_A_WORD = 10;

/** Of 64 bits. */
function difference(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return BigInt.asIntN(64, BigInt(a) - BigInt(b));
}
