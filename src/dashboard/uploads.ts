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

/** A recording that came from a browser. */
export interface Upload {
  readonly id: string;
  /** As its browser calls it: to be shown, never part of a path. */
  readonly name: string;
  readonly path: string;
}

export const MAX_UPLOAD_BYTES = 2 * 2 ** 30;
const MAX_UPLOADS = 4;
/** A browser that sends nothing for so long is gone. */
const STALLED_MS = 20_000;
const LONGEST_NAME = 120;

/** Recordings that browsers sent, in a directory that only this user can read and that goes with the process. */
export class Uploads {
  readonly #isLookedAt: (id: string) => boolean;
  readonly #maxBytes: number;
  readonly #uploads = new Map<string, Upload>();
  #directory: Promise<string> | null = null;
  #receiving = 0;

  /** @param isLookedAt whether an upload has to be kept when there is no room for another */
  constructor(isLookedAt: (id: string) => boolean, maxBytes = MAX_UPLOAD_BYTES) {
    this.#isLookedAt = isLookedAt;
    this.#maxBytes = maxBytes;
  }

  /** Newest first. */
  list(): Upload[] {
    return [...this.#uploads.values()].reverse();
  }

  /**
   * Takes a recording in; nothing is left of one that is refused or does not come whole.
   * @param size as it is announced; null when it is not
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
      path = join(await this.#place(), id);
      await this.#write(path, body);
      const { span, damage } = await readOutline([path]);
      if (span === null)
        throw damage ?? new CorelensError("RECORDING_CORRUPT", `${path}: no event`);
    } catch (error) {
      if (path) await rm(path, { force: true });
      throw path ? calledBy(error, path, shown) : error;
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

  /** The oldest that nobody looks at goes. */
  async #makeRoom(): Promise<void> {
    if (this.#uploads.size + this.#receiving < MAX_UPLOADS) return;
    const oldest = [...this.#uploads.values()].find(({ id }) => !this.#isLookedAt(id));
    if (oldest === undefined) {
      throw new CorelensError("RECORDINGS_BUSY", `${MAX_UPLOADS} recordings are loaded already`);
    }
    this.#uploads.delete(oldest.id);
    await rm(oldest.path, { force: true });
  }

  /** Made only now: at the start the process may still have rights that it gives up. */
  async #place(): Promise<string> {
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
    // What does not come would hold its place for ever.
    const stalled = setTimeout(() => body.destroy(new Error("nothing came any more")), STALLED_MS);
    try {
      let head = Buffer.alloc(0);
      let size = 0;
      // Who sends too much is still to hear of it, through the socket that would be destroyed.
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
    const message = `browsers can load recordings of up to ${this.#maxBytes / 2 ** 20} MiB`;
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

/** The error with the recording's name in place of its path here, which is nobody's business. */
export function calledBy(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof CorelensError)) return error;
  const { code, message, cure } = error;
  return new CorelensError(code, message.replaceAll(path, name), cure, { cause: error });
}

/** The last part of a path, without what would move a cursor or turn text around. */
function shownName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!;
  const text = last.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim();
  return text.slice(0, LONGEST_NAME) || "recording";
}
