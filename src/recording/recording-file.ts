import { CorelensError } from "../errors.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { type Codec, type FrameType, frameHead, signature } from "./format.ts";

/** The body of a frame, ready to be written. */
export interface PackedBody {
  readonly codec: Codec;
  readonly stored: Uint8Array;
  /** Bytes before compression. */
  readonly unpacked: number;
}

/** A file to which whole frames are appended, one after the other. */
export class RecordingFile {
  readonly openedAt = performance.now();
  readonly #file: OutputFile;
  #size = 0;

  constructor(file: OutputFile) {
    this.#file = file;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Bytes of whole frames. */
  get size(): number {
    return this.#size;
  }

  /** Call it first. */
  begin(): Promise<void> {
    return this.#append(signature());
  }

  /** @throws CorelensError OUTPUT_GONE; what was appended before stays intact */
  append(type: FrameType, { codec, stored, unpacked }: PackedBody): Promise<void> {
    return this.#append(Buffer.concat([frameHead(type, codec, stored, unpacked), stored]));
  }

  /** Free bytes of the file system. */
  freeBytes(): Promise<number> {
    return this.#file.freeBytes();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #append(frame: Uint8Array): Promise<void> {
    try {
      await this.#file.write(frame, this.#size);
      this.#size += frame.length;
    } catch (error) {
      await this.#file.truncate(this.#size).catch(() => {});
      throw outputGone(this.path, error, `; its first ${this.#size} bytes are intact`);
    }
  }
}

/** @param more the rest of the sentence */
export function outputGone(path: string, cause: unknown, more = ""): CorelensError {
  const message = `${path} cannot be written any more: ${(cause as Error).message}${more}`;
  return new CorelensError("OUTPUT_GONE", message, undefined, { cause });
}
