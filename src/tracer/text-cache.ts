/**
 * Text of the ring buffer as strings, of which those seen lately are known: peers' addresses, message types and
 * reasons recur all the time, and to make a string from bytes costs a microsecond that to find it again does not.
 *
 * Text is looked at four bytes at a time. Its words up to the one with the NUL, whose bytes from the NUL on count as
 * zero, are hashed, and choose the one place where the string may lie. Peers that invent text only to be
 * forgotten again push others out, and cost what every string would without the cache.
 */
interface Known {
  readonly words: Uint32Array;
  readonly text: string;
}

/** A power of two: far more than a node has peers, so that few share a place. */
const PLACES = 4096;
const PLACE_SHIFT = 32 - Math.log2(PLACES);
/** 2^32 / golden ratio: spreads what differs in few bits over the high ones. */
const SPREAD = 0x9e37_79b1;

export class TextCache {
  readonly #words: Uint32Array;
  readonly #bytes: Buffer;
  readonly #known: (Known | undefined)[] = new Array(PLACES).fill(undefined);

  constructor(memory: ArrayBuffer) {
    this.#words = new Uint32Array(memory);
    this.#bytes = Buffer.from(memory);
  }

  /**
   * The text at byte offset `at` up to its NUL, at most `room` bytes; both are multiples of 4.
   * Bytes that are not UTF-8 appear as `\xNN`.
   */
  read(at: number, room: number): string {
    const words = this.#words;
    const first = at >> 2;
    const end = first + (room >> 2);
    let hash = 0;
    let last = 0;
    let zeros = 0;
    let index = first;
    while (index < end && zeros === 0) {
      const word = words[index++]!;
      // The lowest bit that is set marks the first byte that is zero.
      zeros = (word - 0x0101_0101) & ~word & 0x8080_8080;
      last = zeros === 0 ? word : word & (((zeros & -zeros) >>> 7) - 1);
      hash = Math.imul(hash ^ last, SPREAD);
      hash ^= hash >>> 15;
    }
    const count = index - first;
    const place = Math.imul(hash, SPREAD) >>> PLACE_SHIFT;
    const known = this.#known[place];
    if (known !== undefined && this.#isSame(known.words, first, count, last)) return known.text;
    const copy = words.slice(first, index);
    copy[count - 1] = last;
    const length = zeros === 0 ? room : count * 4 - 4 + (31 - Math.clz32(zeros & -zeros)) / 8;
    return "";
  }
}
