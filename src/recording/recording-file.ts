import { CorelensError } from "../errors.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { type Codec, type FrameType, frameHead, signature } from "./format.ts";
import { type BlockFacts, encodeEntry, indexHead, NO_BLOCK } from "./index-entry.ts";

/** The body of a frame, ready to be written. */
export interface PackedBody {
  readonly codec: Codec;
  readonly stored: Uint8Array;
  /** Bytes before compression. */
  readonly unpacked: number;
}

/** A file to which whole frames are appended, one after the other, and its index if it has one. */
export class RecordingFile {
  readonly openedAt = performance.now();
  readonly #file: OutputFile;
  /** Null without an index, and after the index could not be written: a reader does without it. */
  #index: OutputFile | null;
  #size = 0;

  constructor(file: OutputFile, index: OutputFile | null = null) {
    this.#file = file;
    this.#index = index;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Bytes of whole frames. */
  get size(): number {
    return this.#size;
  }

  /** Call it first. */
  async begin(): Promise<void> {
    await this.#append(signature());
    await this.#note(indexHead());
  }

  /** @throws CorelensError OUTPUT_GONE; what was appended before stays intact */
  async append(
    type: FrameType,
    { codec, stored, unpacked }: PackedBody,
    facts: BlockFacts = NO_BLOCK,
  ): Promise<void> {
    const frame = Buffer.concat([frameHead(type, codec, stored, unpacked), stored]);
    await this.#append(frame);
    await this.#note(encodeEntry({ type, size: frame.length, unpacked, ...facts }));
  }

  /** Free bytes of the file system. */
  freeBytes(): Promise<number> {
    return this.#file.freeBytes();
  }

  async close(): Promise<void> {
    await this.#index?.close();
    await this.#file.close();
  }

  async #note(bytes: Uint8Array): Promise<void> {
    try {
      await this.#index?.write(bytes);
    } catch {
      await this.#index?.close();
      this.#index = null;
    }
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
