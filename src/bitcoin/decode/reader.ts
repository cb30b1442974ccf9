import { decodeText } from "../../util/text.ts";
import { displayHashAt } from "../hash.ts";

/** Why and where the decoding of a message stopped. */
export interface Incomplete {
  /**
   * `cut`: the captured bytes end before the message does. `short`: the message itself ends too early. `malformed`:
   * the protocol does not allow these bytes.
   */
  readonly reason: "cut" | "short" | "malformed";
  /** The unreadable field, such as `inputs[3].script_sig`. */
  readonly field: string;
  /** The offset in the payload where reading stopped. */
  readonly offset: number;
  /** The declared number of bytes of the field, or of entries of the list that contains it. */
  readonly declared?: number | string;
}

/** 2^32, and the smallest high half that makes a number inexact. */
const WORD = 0x1_0000_0000;
const SAFE_HIGH = 0x20_0000;

/**
 * A cursor over a payload that never throws. The first failing read stops the cursor: this read and all later reads
 * return zeros and do not move it. A loop over the remaining bytes must therefore check `stopped`.
 *
 *     captured bytes              bytes that the tracer did not pass
 *     ├───────at──────────────end┼─ ─ ─ ─ ─ ─ size
 *             └ count ≤ end - at ?  otherwise stopped here: cut, short or malformed
 *
 * It never allocates memory because of a count that the payload declares.
 */
export class ByteReader {
  readonly bytes: Buffer;
  /** The full size of the message in bytes. */
  readonly size: number;
  readonly #view: DataView;
  #at = 0;
  /** Where reading must end: after the last byte, or at `#at` once the cursor has stopped. */
  #end: number;
  #stop: Omit<Incomplete, "field"> | null = null;
  /** The path of the field that stopped the cursor, such as `inputs[3].script_sig`. */
  #path = "";

  /** @param size the full size of the message in bytes; more than `bytes` has if the tracer cut it */
  constructor(bytes: Uint8Array, size: number = bytes.length) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.size = Math.max(size, bytes.length);
    this.#end = bytes.length;
  }

  get at(): number {
    return this.#at;
  }

  /** Whether a read has failed. */
  get stopped(): boolean {
    return this.#stop !== null;
  }

  /** Whether the message ends here, and not only its captured part. */
  get isAtEnd(): boolean {
    return this.#at === this.size;
  }

  get incomplete(): Incomplete | null {
    if (this.#stop === null) return null;
    const { reason, offset, declared } = this.#stop;
    const place = { reason, field: this.#path, offset };
    return declared === undefined ? place : { ...place, declared };
  }

  /**
   * Stops as `malformed`: the protocol does not allow the value that was read last.
   * @param offset where the value begins
   */
  refuse(offset: number): void {
    this.#stopAt({ reason: "malformed", offset });
  }

  /**
   * Prepends a step to the path of the field that stopped the cursor. Each enclosing reader calls this in turn, from
   * the innermost to the outermost.
   * @param step `name` or `[index]`
   * @param declared the number of entries that the list declares
   */
  leave(step: string, declared?: number | string): void {
    const isField = this.#path !== "" && !this.#path.startsWith("[");
    this.#path = isField ? `${step}.${this.#path}` : `${step}${this.#path}`;
    if (declared !== undefined && this.#stop !== null) {
      this.#stop = { declared, ...this.#stop };
    }
  }

  skip(count: number): void {
    this.#take(count);
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  u16be(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, false);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at, true);
  }

  i32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getInt32(at, true);
  }

  /** A number if it is exact, otherwise its digits. */
  u64(): number | string {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#view.getUint32(at + 4, true);
    return high < SAFE_HIGH
      ? high * WORD + this.#view.getUint32(at, true)
      : String(this.#view.getBigUint64(at, true));
  }

  /** A number if it is exact, otherwise its digits. */
  i64(): number | string {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#view.getInt32(at + 4, true);
    return high < SAFE_HIGH && high >= -SAFE_HIGH
      ? high * WORD + this.#view.getUint32(at, true)
      : String(this.#view.getBigInt64(at, true));
  }

  /** Eight bytes as a little-endian number in 16 hex digits. */
  nonce(): string {
    const at = this.#take(8);
    if (at < 0) return "";
    return this.#view.getBigUint64(at, true).toString(16).padStart(16, "0");
  }

  /**
   * `fc` | `fd fd00` | `fe 00000100` | `ff 0000000001000000`; forms longer than necessary are accepted.
   * A number if it is exact, otherwise its digits.
   */
  compactSize(): number | string {
    const first = this.u8();
    if (first < 0xfd) return first;
    if (first === 0xff) return this.u64();
    if (first === 0xfe) return this.u32();
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, true);
  }

  /** A compact size as a number. Values above 2^53 are inexact, but no message has this number of entries. */
  count(): number {
    return Number(this.compactSize());
  }

  /** 32 bytes as 64 hex digits in display order. */
  hash(): string {
    const at = this.#take(32);
    return at < 0 ? "" : displayHashAt(this.bytes, at);
  }

  hex(count: number): string {
    const at = this.#take(count);
    return at < 0 ? "" : this.bytes.toString("hex", at, at + count);
  }

  /** The bytes themselves, not a copy. */
  take(count: number): Uint8Array {
    const at = this.#take(count);
    return at < 0 ? this.bytes.subarray(0, 0) : this.bytes.subarray(at, at + count);
  }

  /** A compact size and that number of bytes, not a copy. */
  varBytes(): Uint8Array {
    return this.take(this.#length());
  }

  /** A compact size and that number of bytes, in hex digits. */
  varHex(): string {
    return this.hex(this.#length());
  }

  /** A compact size and that number of bytes of text. Bytes that are not UTF-8 appear as `\xNN`. */
  varText(): string {
    const count = this.#length();
    const at = this.#take(count);
    return at < 0 ? "" : decodeText(this.bytes.subarray(at, at + count));
  }

  /** Skips a compact size and that number of bytes. */
  skipVarBytes(): void {
    this.#take(this.#length());
  }

  /** Reads a length. Stops if fewer bytes remain. */
  #length(): number {
    const declared = this.compactSize();
    const count = Number(declared);
    if (count > this.#end - this.#at) this.#stopShort(count, declared);
    return this.stopped ? 0 : count;
  }

  /** Moves past the next `count` bytes and returns their offset; stops and returns -1 if fewer bytes remain. */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) {
      this.#stopShort(count);
      return -1;
    }
    this.#at = at + count;
    return at;
  }

  #stopShort(count: number, declared?: number | string): void {
    const reason = count > this.size - this.#at ? "short" : "cut";
    this.#stopAt({ reason, offset: this.#at, ...(declared !== undefined && { declared }) });
  }

  #stopAt(stop: Omit<Incomplete, "field">): void {
    this.#stop ??= stop;
    this.#end = this.#at;
  }
}
