import { CorelensError, type ErrorCode } from "../errors.ts";
import type { ByteSource } from "./source.ts";

/** A byte source with a name for messages. Every read is checked against the size of the file before it happens. */
export class ElfReader {
  readonly source: ByteSource;
  readonly path: string;

  constructor(source: ByteSource, path: string) {
    this.source = source;
    this.path = path;
  }

  /** @throws CorelensError ELF_CORRUPT when the range is not wholly within the file; `what` names it */
  bytes(offset: number, length: number, what: string): Uint8Array {
    if (offset + length > this.source.size) {
      throw this.corrupt(`${what} (${length} bytes at ${offset}) ends after the file does`);
    }
    return this.source.read(offset, length);
  }

  view(offset: number, length: number, what: string): DataView {
    const bytes = this.bytes(offset, length, what);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  /** A 64-bit offset, size or address. No file and no user-space address reaches 2^53, so more is refused. */
  u64(view: DataView, at: number): number {
    const value = Number(view.getBigUint64(at, true));
    if (!Number.isSafeInteger(value)) {
      throw this.corrupt("it has an offset, size or address beyond 2^53");
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
