/**
 * Reads hashes of the ring buffer as hex digits. The call that makes a string takes most of the time, so one call makes the
 * texts of up to eight hashes, and each text is a slice. The reader announces the hashes of a batch, then reads them in the
 * same order.
 *
 *     announced   a   a   b   c        consecutive outputs of one transaction have the same hash
 *     digits      aaaa… bbbb… cccc…    one string; the text of each hash is a slice of it
 *
 * V8 keeps the whole string while one of its slices is in use: half a kilobyte at most.
 */
const HASH_BYTES = 32;
const HASH_WORDS = HASH_BYTES / 4;
const DIGITS = 2 * HASH_BYTES;
const HASHES_PER_TEXT = 8;

export class HashTexts {
  readonly #words: Int32Array;
  readonly #digits = Buffer.alloc(HASHES_PER_TEXT * DIGITS);
  readonly #digitWords = new Int32Array(
    this.#digits.buffer,
    this.#digits.byteOffset,
    this.#digits.length / 4,
  );
  /** Of each announced hash: its byte offset, and its index among the different hashes. */
  readonly #announced: Int32Array;
  readonly #ordinals: Int32Array;
  /** Byte offsets of the different hashes. */
  readonly #different: Int32Array;
  #announcements = 0;
  #differences = 0;
  #next = 0;
  /** `#text` has the different hashes from index `#first` up to `#end`. */
  #first = 0;
  #end = 0;
  #text = "";

  /** @param most the maximum number of announced hashes; each hash beyond it costs a call */
  constructor(memory: ArrayBuffer, most: number) {
    this.#words = new Int32Array(memory);
    this.#announced = new Int32Array(most);
    this.#ordinals = new Int32Array(most);
    this.#different = new Int32Array(most);
  }

  /** Announces that the hash at byte offset `at` will be read next. */
  announce(at: number): void {
    const i = this.#announcements;
    if (i === this.#announced.length) return;
    this.#announcements = i + 1;
    this.#announced[i] = at;
    if (i === 0 || !this.#isSame(at, this.#announced[i - 1]!)) {
      this.#different[this.#differences++] = at;
    }
    this.#ordinals[i] = this.#differences - 1;
  }

  /** Removes all announcements. */
  clear(): void {
    this.#announcements = 0;
    this.#differences = 0;
    this.#next = 0;
    this.#first = 0;
    this.#end = 0;
  }

  /** Returns the 64 hex digits of the hash at byte offset `at`, a multiple of 4. */
  read(at: number): string {
    const next = this.#next;
    if (next >= this.#announcements || this.#announced[next] !== at) return this.#readAlone(at);
    this.#next = next + 1;
    const ordinal = this.#ordinals[next]!;
    if (ordinal >= this.#end) this.#makeText(ordinal);
    const place = (ordinal - this.#first) * DIGITS;
    return this.#text.slice(place, place + DIGITS);
  }

  #readAlone(at: number): string {
    this.#writeDigits(at, 0);
    return this.#digits.toString("latin1", 0, DIGITS);
  }

  #makeText(first: number): void {
    const end = Math.min(first + HASHES_PER_TEXT, this.#differences);
    for (let i = first; i < end; i++) this.#writeDigits(this.#different[i]!, (i - first) * DIGITS);
    this.#first = first;
    this.#end = end;
    this.#text = this.#digits.toString("latin1", 0, (end - first) * DIGITS);
  }

  #isSame(at: number, other: number): boolean {
    const distance = (other - at) >> 2;
    const end = (at >> 2) + HASH_WORDS;
    for (let word = at >> 2; word < end; word++) {
      if (this.#words[word] !== this.#words[word + distance]) return false;
    }
    return true;
  }

  /** @param to offset in the digits, a multiple of 4 */
  #writeDigits(at: number, to: number): void {
    let digits = to >> 2;
    const end = (at >> 2) + HASH_WORDS;
    for (let word = at >> 2; word < end; word++) {
      const bytes = this.#words[word]!;
      this.#digitWords[digits] = fourDigits(bytes & 0xffff);
      this.#digitWords[digits + 1] = fourDigits(bytes >>> 16);
      digits += 2;
    }
  }
}

/** The four hex digits of two bytes as a word, in memory order: 0x2fa1 becomes "a12f". */
function fourDigits(bytes: number): number {
  const apart = ((bytes & 0xff00) << 8) | (bytes & 0xff);
  const nibbles = ((apart >>> 4) & 0x000f_000f) | ((apart & 0x000f_000f) << 8);
  // 1 in each byte whose nibble is 10 or more: its digit is a letter.
  const letters = ((nibbles + 0x0606_0606) >>> 4) & 0x0101_0101;
  return nibbles + 0x3030_3030 + letters * LETTER_DISTANCE;
}

/** Distance from the character after "9" to "a". */
const LETTER_DISTANCE = 0x61 - 0x3a;
