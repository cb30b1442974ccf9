import { decodeText } from "../util/text.ts";

/**
 * Text of the ring buffer as strings. To make a string from bytes takes hundreds of nanoseconds, and peers' addresses,
 * message types and reasons recur all the time: those seen lately are found again in a few tens.
 *
 * Text is looked at in words of four bytes up to the one that holds the NUL, in which the bytes from the NUL on count
 * as zero. A hash of these words chooses the one place where the string can be. Peers that invent text push others
 * out of their places; what that costs is what every string would cost without the cache.
 *
 *     a d d r   v 2 \0 ?          ?: whatever an earlier record left there
 *     ────┬──   ────┬───
 *       word 0    word 1, the last: "v2\0\0"
 */
interface KnownText {
  readonly words: Int32Array;
  readonly text: string;
}

/** A power of two: many more than a node has peers, so that few share a place. */
const PLACES = 4096;
const PLACE_SHIFT = 32 - Math.log2(PLACES);
/** An odd multiplier (2^32 by the golden ratio): no word's bits are lost, and all reach the highest. */
const SPREAD = 0x9e37_79b1;

export class TextCache {
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #places: (KnownText | undefined)[] = new Array(PLACES).fill(undefined);

  constructor(memory: ArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#bytes = Buffer.from(memory);
  }

  /**
   * The text at byte offset `at` up to its NUL, at most `room` bytes; both are multiples of 4.
   * Bytes that are not UTF-8 appear as `\xNN`.
   */
  read(at: number, room: number): string {
    const memory = this.#words;
    const first = at >> 2;
    const limit = first + (room >> 2);
    let end = first;
    let hash = 0;
    let last = 0;
    let nul = 0;
    while (end < limit && nul === 0) {
      const word = memory[end++]!;
      nul = highestBitOfFirstZero(word);
      // 0x00800000 for a NUL in byte 2 becomes the mask of bytes 0 and 1, 0x0000ffff.
      last = nul === 0 ? word : word & ((nul >>> 7) - 1);
      hash = Math.imul(hash ^ last, SPREAD);
    }
    const place = hash >>> PLACE_SHIFT;
    const known = this.#places[place];
    if (known !== undefined && this.#isSame(known.words, first, end, last)) return known.text;
    const words = memory.slice(first, end);
    words[words.length - 1] = last;
    const unused = nul === 0 ? 0 : 4 - ((31 - Math.clz32(nul)) >> 3);
    const text = decodeText(this.#bytes.subarray(at, end * 4 - unused));
    this.#places[place] = { words, text };
    return text;
  }

  #isSame(known: Int32Array, first: number, end: number, last: number): boolean {
    const before = end - 1 - first;
    if (known.length !== before + 1 || known[before] !== last) return false;
    for (let i = 0; i < before; i++) {
      if (known[i] !== this.#words[first + i]) return false;
    }
    return true;
  }
}

/** 0x00800000 when byte 2, counted from the lowest, is the first that is zero; 0 when none is. */
function highestBitOfFirstZero(word: number): number {
  const zeros = (word - 0x0101_0101) & ~word & 0x8080_8080;
  return zeros & -zeros;
}
