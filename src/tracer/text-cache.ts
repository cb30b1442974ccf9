import { decodeText } from "../util/text.ts";

/**
 * Reads texts of the ring buffer as strings. To make a string from bytes takes hundreds of nanoseconds. Peers' addresses,
 * message types and reasons recur, and the cache finds a recent one in some tens of nanoseconds.
 *
 * A text is read in words of four bytes, up to the word with the NUL. In this last word the bytes after the NUL are
 * cleared:
 *
 *     a d d r   v 2 \0 ?          ?: a byte of an earlier record
 *     ────┬──   ────┬───
 *       word 0    word 1, the last: "v2\0\0"
 *
 * A hash of the words selects the string's only place in the cache. A peer that invents texts can replace others in
 * their places; each replaced text then costs as much as without the cache.
 */
interface KnownText {
  readonly words: Int32Array;
  readonly text: string;
}

/** A power of two, far above the number of a node's peers, so that few texts share a place. */
const PLACES = 4096;
/** Longer texts do not recur, and would take too much memory. */
const MAX_WORDS = 64;
const PLACE_SHIFT = 32 - Math.log2(PLACES);
/** 2^32 divided by the golden ratio. As it is odd, no bit of a word is lost; as it is large, all reach the highest bits. */
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
   * Returns the text at byte offset `at` up to its NUL, at most `room` bytes. Both are multiples of 4.
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
    const unused = nul === 0 ? 0 : 4 - ((31 - Math.clz32(nul)) >> 3);
    const text = decodeText(this.#bytes.subarray(at, end * 4 - unused));
    if (end - first > MAX_WORDS) return text;
    const words = memory.slice(first, end);
    words[words.length - 1] = last;
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

/** Marks the lowest zero byte by its highest bit: 0x00800000 for byte 2; 0 when no byte is zero. */
function highestBitOfFirstZero(word: number): number {
  const zeros = (word - 0x0101_0101) & ~word & 0x8080_8080;
  return zeros & -zeros;
}
