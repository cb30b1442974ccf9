import { randomBytes } from "node:crypto";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CorelensError } from "../errors.ts";
import { SIGNATURE_SIZE } from "../recording/format.ts";
import { checkSignature } from "../recording/frame-reader.ts";
import { readOutline } from "../recording/outline.ts";
import { unwritable } from "../session/privilege/output-files.ts";

/** A recording that a browser uploaded. */
export interface Upload {
  readonly id: string;
  /** The name of the file in the browser: to be shown, never part of a path. */
  readonly name: string;
  readonly path: string;
}

export const MAX_UPLOAD_BYTES = 2 * 2 ** 30;
const MAX_UPLOADS = 4;
/** A browser that sends nothing for this long is disconnected. */
const STALLED_MS = 20_000;
const MAX_NAME = 120;

/** Uploaded recordings, in a directory that only this user can read and that is deleted when the process ends. */
export class Uploads {
  readonly #isInUse: (id: string) => boolean;
  readonly #maxBytes: number;
  readonly #uploads = new Map<string, Upload>();
  #directory: Promise<string> | null = null;
  #receiving = 0;

  /** @param isInUse whether an upload must be kept when a new one needs its place */
  constructor(isInUse: (id: string) => boolean, maxBytes = MAX_UPLOAD_BYTES) {
    this.#isInUse = isInUse;
    this.#maxBytes = maxBytes;
  }

  /** Newest first. */
  list(): Upload[] {
    return [...this.#uploads.values()].reverse();
  }

  /**
   * Stores an upload. A refused or incomplete upload is deleted.
   * @param size the announced size; null when it is not known
   * @throws CorelensError RECORDING_TOO_LARGE, RECORDINGS_BUSY, RECORDING_CORRUPT, RECORDING_VERSION, FILE_UNWRITABLE
   */
  async receive(name: string, body: Readable, size: number | null): Promise<Upload> {
    if (size !== null && size > this.#maxBytes) throw this.#tooLarge();
    await this.#makeRoom();
    const id = randomBytes(12).toString("base64url");
    const shown = shownName(name);
    this.#receiving++;
    let path: string | null = null;
    try {
      path = join(await this.#ensureDirectory(), id);
      await this.#write(path, body);
      const { span, damage } = await readOutline([path]);
      if (span === null)
        throw damage ?? new CorelensError("RECORDING_CORRUPT", `${path}: no event`);
    } catch (error) {
      if (path) await rm(path, { force: true });
      throw path ? renamedError(error, path, shown) : error;
    } finally {
      this.#receiving--;
    }
    const upload = { id, name: shown, path };
    this.#uploads.set(id, upload);
    return upload;
  }

  async close(): Promise<void> {
    this.#uploads.clear();
    const directory = await this.#directory?.catch(() => null);
    if (directory) await rm(directory, { recursive: true, force: true });
  }

  /** Deletes the oldest upload that is not in use. */
  async #makeRoom(): Promise<void> {
    if (this.#uploads.size + this.#receiving < MAX_UPLOADS) return;
    const oldest = [...this.#uploads.values()].find(({ id }) => !this.#isInUse(id));
    if (oldest === undefined) {
      throw new CorelensError(
        "RECORDINGS_BUSY",
        `${MAX_UPLOADS} uploaded recordings are open already`,
      );
    }
    this.#uploads.delete(oldest.id);
    await rm(oldest.path, { force: true });
  }

  /** Created on demand: at the start the process may still have privileges that it drops. */
  async #ensureDirectory(): Promise<string> {
    this.#directory ??= mkdtemp(join(tmpdir(), "corelens-uploads-"));
    try {
      return await this.#directory;
    } catch (error) {
      this.#directory = null;
      throw unwritable(tmpdir(), error);
    }
  }

  async #write(path: string, body: Readable): Promise<void> {
    const file = await open(path, "wx", 0o600).catch((error) => {
      throw unwritable(path, error);
    });
    // A stalled upload would hold its place for ever.
    const stalled = setTimeout(() => body.destroy(new Error("the upload stalled")), STALLED_MS);
    try {
      let head = Buffer.alloc(0);
      let size = 0;
      // The socket must stay open for the answer when the upload is too large.
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        stalled.refresh();
        size += (chunk as Buffer).length;
        if (size > this.#maxBytes) throw this.#tooLarge();
        if (head.length < SIGNATURE_SIZE) {
          head = Buffer.concat([head, chunk as Buffer]);
          if (head.length >= SIGNATURE_SIZE) checkSignature(path, head);
        }
        await append(file, path, chunk as Buffer);
      }
    } finally {
      clearTimeout(stalled);
      await file.close();
    }
  }

  #tooLarge(): CorelensError {
    const message = `browsers can upload recordings of up to ${this.#maxBytes / 2 ** 20} MiB`;
    return new CorelensError("RECORDING_TOO_LARGE", message);
  }
}

async function append(file: FileHandle, path: string, chunk: Buffer): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The error with the recording's name in place of its path, which must not be visible to browsers. */
export function renamedError(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof CorelensError)) return error;
  const { code, message, cure } = error;
  return new CorelensError(code, message.replaceAll(path, name), cure, { cause: error });
}

/** The last part of a path, without control characters and those that change the direction of text. */
function shownName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!;
  const text = last.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim();
  return text.slice(0, MAX_NAME) || "recording";
}
