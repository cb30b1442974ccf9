import type { WallClock } from "../kernel/clock.ts";
import type { ThreadNames } from "../kernel/thread-names.ts";
import { HashTexts } from "./hash-texts.ts";
import { TextCache } from "./text-cache.ts";

const WORD = 4_294_967_296;
/** 64-bit integers whose upper half is less than this are exact as numbers. */
export const SAFE_HIGH = 2 ** 21;
/** Hashes of a batch whose texts are made together. */
const MAX_ANNOUNCED = 4096;

/** Views of the memory, by type. */
export interface Views {
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly u16: Uint16Array;
  readonly i16: Int16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

/**
 * Reads typed values from the ring buffer's memory. The layouts align each value to its width.
 */
export class RecordMemory {
  readonly views: Views;
  readonly hashes: HashTexts;
  readonly #buffer: Buffer;
  readonly #texts: TextCache;
  readonly #clock: WallClock;
  readonly #threads: ThreadNames;

  constructor(memory: ArrayBuffer, clock: WallClock, threads: ThreadNames) {
    this.views = {
      u8: new Uint8Array(memory),
      i8: new Int8Array(memory),
      u16: new Uint16Array(memory),
      i16: new Int16Array(memory),
      u32: new Uint32Array(memory),
      i32: new Int32Array(memory),
      f32: new Float32Array(memory),
      f64: new Float64Array(memory),
    };
    this.hashes = new HashTexts(memory, MAX_ANNOUNCED);
    this.#buffer = Buffer.from(memory);
    this.#texts = new TextCache(memory);
    this.#clock = clock;
    this.#threads = threads;
  }

  uint8(at: number): number {
    return this.views.u8[at]!;
  }

  int8(at: number): number {
    return this.views.i8[at]!;
  }

  uint16(at: number): number {
    return this.views.u16[at >> 1]!;
  }

  int16(at: number): number {
    return this.views.i16[at >> 1]!;
  }

  uint32(at: number): number {
    return this.views.u32[at >> 2]!;
  }

  int32(at: number): number {
    return this.views.i32[at >> 2]!;
  }

  /** A number where it is exact, else a bigint. */
  uint64(at: number): number | bigint {
    const { u32 } = this.views;
    const low = u32[at >> 2]!;
    const high = u32[(at >> 2) + 1]!;
    return high < SAFE_HIGH ? high * WORD + low : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A number where it is exact, else a bigint. */
  int64(at: number): number | bigint {
    const low = this.views.u32[at >> 2]!;
    const high = this.views.i32[(at >> 2) + 1]!;
    return high < SAFE_HIGH && high >= -SAFE_HIGH
      ? high * WORD + low
      : (BigInt(high) << 32n) | BigInt(low);
  }

  float32(at: number): number {
    return this.views.f32[at >> 2]!;
  }

  float64(at: number): number {
    return this.views.f64[at >> 3]!;
  }

  /** Words of 8 bytes. */
  words(at: number, count: number): (number | bigint)[] {
    return Array.from({ length: count }, (_, word) => this.uint64(at + 8 * word));
  }

  /** The 32 bytes of a hash as 64 hex digits. The program stored them in display order. */
  hash(at: number): string {
    return this.hashes.read(at);
  }

  /** Text up to its NUL, at most `room` bytes. Bytes that are not UTF-8 appear as `\xNN`. */
  string(at: number, room: number): string {
    return this.#texts.read(at, room);
  }

  /** The bytes of a text up to its NUL, one character each. */
  textBytes(at: number, room: number): string {
    const nul = this.views.u8.indexOf(0, at);
    return this.#buffer.toString("latin1", at, nul < 0 ? at + room : Math.min(nul, at + room));
  }

  bytes(at: number, length: number): Uint8Array {
    return this.views.u8.slice(at, at + length);
  }

  wallTime(ktime: number | bigint): number {
    return this.#clock.fromMonotonic(ktime);
  }

  threadName(pid: number, tid: number): string | null {
    return this.#threads.name(pid, tid);
  }
}
