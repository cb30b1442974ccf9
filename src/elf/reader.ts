import { CorelensError, type ErrorCode } from "../errors.ts";
import type { ByteSource } from "./source.ts";

/** Bytes of an address. */
export type WordSize = 4 | 8;

const MAGIC = 0x7f454c46;
const WORD_SIZES: ReadonlyMap<number | undefined, WordSize> = new Map([
  [1, 4],
  [2, 8],
]);
const LITTLE_ENDIAN: ReadonlyMap<number | undefined, boolean> = new Map([
  [1, true],
  [2, false],
]);

/**
 * Reads numbers from an ELF file in the byte order and word size of its machine. Checks each read against the size
 * of the file first. Errors name the file.
 */
export class ElfReader {
  readonly source: ByteSource;
  readonly path: string;
  readonly wordSize: WordSize;
  readonly littleEndian: boolean;

  /** @throws CorelensError ELF_NOT_ELF, ELF_UNSUPPORTED */
  constructor(source: ByteSource, path: string) {
    this.source = source;
    this.path = path;
    if (source.size < 6 || this.view(0, 4, "the magic").getUint32(0) !== MAGIC) {
      throw this.error("ELF_NOT_ELF", "not an ELF file");
    }
    const [elfClass, byteOrder] = this.bytes(4, 2, "the identification");
    const wordSize = WORD_SIZES.get(elfClass);
    const littleEndian = LITTLE_ENDIAN.get(byteOrder);
    if (wordSize === undefined || littleEndian === undefined) {
      throw this.error("ELF_UNSUPPORTED", "unknown ELF class or byte order");
    }
    this.wordSize = wordSize;
    this.littleEndian = littleEndian;
  }

  /**
   * @param what the name of the range in messages
   * @throws CorelensError ELF_CORRUPT if the range exceeds the file
   */
  bytes(offset: number, length: number, what: string): Uint8Array {
    if (offset + length > this.source.size) {
      throw this.corrupt(`${what} (${length} bytes at ${offset}) exceeds the file`);
    }
    return this.source.read(offset, length);
  }

  view(offset: number, length: number, what: string): DataView {
    const bytes = this.bytes(offset, length, what);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  u16(view: DataView, at: number): number {
    return view.getUint16(at, this.littleEndian);
  }

  u32(view: DataView, at: number): number {
    return view.getUint32(at, this.littleEndian);
  }

  /** An offset, size or address. Rejects values from 2^53 on: files and user-space addresses do not reach them. */
  word(view: DataView, at: number): number {
    if (this.wordSize === 4) return this.u32(view, at);
    const value = Number(view.getBigUint64(at, this.littleEndian));
    if (!Number.isSafeInteger(value)) {
      throw this.corrupt("an offset, size or address is beyond 2^53");
    }
    return value;
  }

  corrupt(reason: string): CorelensError {
    return this.error("ELF_CORRUPT", reason);
  }

  error(code: ErrorCode, reason: string): CorelensError {
    return new CorelensError(code, `${this.path}: ${reason}`);
  }
}
