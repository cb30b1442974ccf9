import type { WallClock } from "../kernel/clock.ts";
import type { ThreadNames } from "../kernel/thread-names.ts";

const WORD = 4_294_967_296;
const SAFE_HIGH = 2 ** 21;

/**
 * Reads typed values out of the ring buffer's memory. Offsets of 2, 4 and 8 byte values are multiples of
 * their width, as the layouts see to.
 */
export class RecordMemory {
  readonly #u8: Uint8Array;
  readonly #i8: Int8Array;
  readonly #u16: Uint16Array;
  readonly #i16: Int16Array;
  readonly #u32: Uint32Array;
  readonly #i32: Int32Array;
  readonly #text: Buffer;
  readonly #clock: WallClock;
  readonly #threads: ThreadNames;
  readonly #interned: (Interned | undefined)[] = new Array(INTERNED).fill(undefined);

  constructor(memory: ArrayBuffer, clock: WallClock, threads: ThreadNames) {
    this.#u8 = new Uint8Array(memory);
    this.#i8 = new Int8Array(memory);
    this.#u16 = new Uint16Array(memory);
    this.#i16 = new Int16Array(memory);
    this.#u32 = new Uint32Array(memory);
    this.#i32 = new Int32Array(memory);
    this.#text = Buffer.from(memory);
    this.#clock = clock;
    this.#threads = threads;
  }

  uint8(at: number): number {
    return this.#u8[at]!;
  }

  int8(at: number): number {
    return this.#i8[at]!;
  }

  uint16(at: number): number {
    return this.#u16[at >> 1]!;
  }

  int16(at: number): number {
    return this.#i16[at >> 1]!;
  }

  uint32(at: number): number {
    return this.#u32[at >> 2]!;
  }

  int32(at: number): number {
    return this.#i32[at >> 2]!;
  }

  /** A number where it is exact, else a bigint. */
  uint64(at: number): number | bigint {
    const low = this.#u32[at >> 2]!;
    const high = this.#u32[(at >> 2) + 1]!;
    return high < SAFE_HIGH ? high * WORD + low : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A number where it is exact, else a bigint. */
  int64(at: number): number | bigint {
    const low = this.#u32[at >> 2]!;
    const high = this.#i32[(at >> 2) + 1]!;
    return high < SAFE_HIGH && high >= -SAFE_HIGH
      ? high * WORD + low
      : (BigInt(high) << 32n) | BigInt(low);
  }

  /** 32 bytes, which the program stored in display order, as 64 hex digits. */
  hash(at: number): string {
    return this.#text.toString("hex", at, at + 32);
  }

  /** Text up to its NUL, at most `room` bytes. Bytes that are not UTF-8 appear as `\xNN`. */
  string(at: number, room: number): string {
    const word = at >> 2;
    const first = this.#u32[word]!;
    const second = this.#u32[word + 1]!;
    const slot = ((first ^ (second * 31)) >>> 0) % INTERNED;
    const known = this.#interned[slot];
    if (known !== undefined && this.#isSame(at, known)) return known.text;
    const held = this.#text.subarray(at, at + room);
    const end = held.indexOf(0);
    const bytes = end < 0 ? held : held.subarray(0, end);
    const text = decodeText(bytes);
    this.#interned[slot] = { bytes: Uint8Array.from([...bytes, 0]), text };
    return text;
  }

  bytes(at: number, length: number): Uint8Array {
    return this.#u8.slice(at, at + length);
  }

  wallTime(ktime: number | bigint): number {
    return this.#clock.fromMonotonic(ktime);
  }

  threadName(pid: number, tid: number): string | null {
    return this.#threads.name(pid, tid);
  }

  #isSame(at: number, { bytes }: Interned): boolean {
    const memory = this.#u8;
    for (let i = 0; i < bytes.length; i++) {
      if (memory[at + i] !== bytes[i]) return false;
    }
    return true;
  }
}

/** A recently seen string with its NUL: message types and connection types recur all the time. */
interface Interned {
  readonly bytes: Uint8Array;
  readonly text: string;
}
const INTERNED = 1024;

function decodeText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd")) return text;
  return bytes
    .toString("latin1")
    .replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}
