import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EXTENSION, filesOf, unreadable } from "../recording/location.ts";

/** A recording on the machine on which corelens runs. */
export interface StoredRecording {
  /** Made from its path: the same as long as it is not moved. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

/** A directory of recordings: files, and directories of files. */
export class RecordingsDirectory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = resolve(path);
  }

  /**
   * Sorted by name.
   * @throws CorelensError FILE_UNREADABLE
   */
  async list(): Promise<StoredRecording[]> {
    let names: string[];
    try {
      names = (await readdir(this.#path)).filter((name) => !name.startsWith(".")).sort();
    } catch (error) {
      throw unreadable(this.#path, error);
    }
    const found: StoredRecording[] = [];
    for (const name of names) {
      const path = join(this.#path, name);
      if (await isRecording(path)) found.push({ id: idOf(path), name, path });
    }
    return found;
  }
}

async function isRecording(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => null);
  // Opening a pipe or a device would block.
  if (entry?.isFile()) return path.endsWith(EXTENSION);
  if (!entry?.isDirectory()) return false;
  return (await filesOf(path).catch(() => [])).length > 0;
}

function idOf(path: string): string {
  return createHash("sha256").update(path).digest("base64url").slice(0, 16);
}
