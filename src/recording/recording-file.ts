import type { FileHandle } from "node:fs/promises";
import { CorelensError } from "../errors.ts";
import { type Codec, type FrameType, frameHead, signature } from "./format.ts";

/** A body as it goes into a file. */
export interface PackedBody {
  readonly codec: Codec;
  readonly stored: Uint8Array;
  /** Bytes before packing. */
  readonly unpacked: number;
}

/** A file to which whole frames are appended, one after the other. */
export class RecordingFile {
  readonly path: string;
  readonly openedAt = performance.now();
  readonly #handle: FileHandle;
  #size = 0;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Bytes of whole frames. */
  get size(): number {
    return this.#size;
  }

  /** To be called before anything else. */
  begin(): Promise<void> {
    return this.#append(signature());
  }

  /** @throws CorelensError OUTPUT_GONE; what was appended before stays intact */
  append(type: FrameType, { codec, stored, unpacked }: PackedBody): Promise<void> {
    return this.#append(Buffer.concat([frameHead(type, codec, stored, unpacked), stored]));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #append(frame: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < frame.length; ) {
        const rest = frame.subarray(written);
        const { bytesWritten } = await this.#handle.write(
          rest,
          0,
          rest.length,
          this.#size + written,
        );
        written += bytesWritten;
      }
      this.#size += frame.length;
    } catch (error) {
      await this.#handle.truncate(this.#size).catch(() => {});
      throw outputGone(this.path, error, `; its first ${this.#size} bytes are intact`);
    }
  }
}

/** @param whatIsLeft the rest of the sentence */
export function outputGone(path: string, cause: unknown, whatIsLeft = ""): CorelensError {
  const message = `${path} cannot be written any more: ${(cause as Error).message}${whatIsLeft}`;
  return new CorelensError("OUTPUT_GONE", message, undefined, { cause });
}
