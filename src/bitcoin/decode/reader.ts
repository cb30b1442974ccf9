import { decodeText } from "../../util/text.ts";
import { displayHashAt } from "../hash.ts";

/** Why a message could not be read to its end, and how far it was. */
export interface Incomplete {
  /**
   * `cut`: the message was longer than the bytes that were captured. `short`: the message itself ends too early.
   * `malformed`: bytes that the protocol does not allow.
   */
  readonly reason: "cut" | "short" | "malformed";
  /** What could not be read, like `inputs[3].script_sig`. */
  readonly field: string;
  /** Where in the payload reading ended. */
  readonly offset: number;
  /** How many entries or bytes the message says that the field, or the list it is in, has. */
  readonly declared?: number | string;
}

/** 2^32 and the first high half that makes a number inexact. */
const WORD = 0x1_0000_0000;
const SAFE_HIGH = 0x20_0000;

/**
 * A cursor over a payload that never throws. The first read that cannot be done stops it: that read and all after it
 * give zeros and nothing moves any more, so a loop over what is left must ask `stopped`.
 *
 *     captured bytes              what the tracer did not pass
 *     ├───────at──────────────end┼─ ─ ─ ─ ─ ─ size
 *             └ count ≤ end - at ?  else stopped, at this place: cut, short or malformed
 *
 * Nothing is ever allocated by a count that the payload declares.
 */
export class ByteReader {
  readonly bytes: Buffer;
  /** Bytes that the message has. */
  readonly size: number;
  readonly #view: DataView;
  #at = 0;
  /** Where reading must end: at the last byte, and here once it has stopped. */
  #end: number;
  #stop: Omit<Incomplete, "field"> | null = null;
  /** To what stopped it, like `inputs[3].script_sig`. */
  #path = "";

  /** @param size bytes that the message has; more than there are when the tracer cut it */
  constructor(bytes: Uint8Array, size: number = bytes.length) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.size = Math.max(size, bytes.length);
    this.#end = bytes.length;
  }

  get at(): number {
    return this.#at;
  }

  /** Whether something could not be read. */
  get stopped(): boolean {
    return this.#stop !== null;
  }

  /** Whether the message, not only what was captured of it, ends here. */
  get isAtEnd(): boolean {
    return this.#at === this.size;
  }

  get incomplete(): Incomplete | null {
    if (this.#stop === null) return null;
    const { reason, offset, declared } = this.#stop;
    const told = { reason, field: this.#path, offset };
    return declared === undefined ? told : { ...told, declared };
  }

  /**
   * Stops, for what was read last has a form that it cannot have.
   * @param offset where that begins
   */
  refuse(offset: number): void {
    this.#stopAt({ reason: "malformed", offset });
  }

  /**
   * To be called by whoever reads a field or an entry that stopped, from the inside out, so that the whole path is told.
   * @param step `name` or `[index]`
   * @param declared how many entries the list says it has
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

  /** A number where it is exact, else its digits. */
  u64(): number | string {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#view.getUint32(at + 4, true);
    return high < SAFE_HIGH
      ? high * WORD + this.#view.getUint32(at, true)
      : String(this.#view.getBigUint64(at, true));
  }

  /** A number where it is exact, else its digits. */
  i64(): number | string {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#view.getInt32(at + 4, true);
    return high < SAFE_HIGH && high >= -SAFE_HIGH
      ? high * WORD + this.#view.getUint32(at, true)
      : String(this.#view.getBigInt64(at, true));
  }

  /** Eight bytes that stand for themselves, as 16 hex digits of the number they are. */
  nonce(): string {
    const at = this.#take(8);
    if (at < 0) return "";
    return this.#view.getBigUint64(at, true).toString(16).padStart(16, "0");
  }

  /**
   * `fc` | `fd fd00` | `fe 00000100` | `ff 0000000001000000`; longer forms than needed are read too.
   * A number where it is exact, else its digits.
   */
  compactSize(): number | string {
    const first = this.u8();
    if (first < 0xfd) return first;
    if (first === 0xff) return this.u64();
    if (first === 0xfe) return this.u32();
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, true);
  }

  /** A compact size to count with; beyond 2^53 not exact, but far more than anything has. */
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

  /** A compact size and as many bytes, not a copy. */
  varBytes(): Uint8Array {
    return this.take(this.#length());
  }

  /** A compact size and as many bytes, in hex digits. */
  varHex(): string {
    return this.hex(this.#length());
  }

  /** A compact size and as many bytes of text. Bytes that are not UTF-8 appear as `\xNN`. */
  varText(): string {
    const count = this.#length();
    const at = this.#take(count);
    return at < 0 ? "" : decodeText(this.bytes.subarray(at, at + count));
  }

  /** A compact size, and as many bytes that nobody wants. */
  skipVarBytes(): void {
    this.#take(this.#length());
  }

  /** A length; it stops where there are not as many bytes. */
  #length(): number {
    const declared = this.compactSize();
    const count = Number(declared);
    if (count > this.#end - this.#at) this.#lack(count, declared);
    return this.stopped ? 0 : count;
  }

  /** The offset of the next `count` bytes, which are then behind; -1 when there are not as many. */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) {
      this.#lack(count);
      return -1;
    }
    this.#at = at + count;
    return at;
  }

  #lack(count: number, declared?: number | string): void {
    const reason = count > this.size - this.#at ? "short" : "cut";
    this.#stopAt({ reason, offset: this.#at, ...(declared !== undefined && { declared }) });
  }

  #stopAt(stop: Omit<Incomplete, "field">): void {
    this.#stop ??= stop;
    this.#end = this.#at;
  }
}
