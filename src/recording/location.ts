import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CorelensError } from "../errors.ts";
import type { OutputFile } from "../session/output-file.ts";
import { OutputFiles } from "../session/output-files.ts";

/** The name of the files that a directory's recordings consist of. */
export const EXTENSION = ".corelens";

/** Where a recording goes: one file, or a directory of files that replace each other. */
export class Destination {
  readonly #path: string;
  readonly #isDirectory: boolean;
  readonly #files: OutputFiles;
  readonly #session = timeStamp(new Date());
  #parts = 0;

  /**
   * @param path a directory when it is one, ends with a slash, or more than one file is wanted
   * @param files how they are made; with the rights of this process when left out
   */
  constructor(path: string, isDirectory: boolean, files: OutputFiles = new OutputFiles(null)) {
    this.#path = path;
    this.#files = files;
    this.#isDirectory = isDirectory || path.endsWith("/") || files.isDirectory(path);
  }

  /**
   * Creates the next file, and the directory before the first.
   * @throws CorelensError FILE_UNWRITABLE
   */
  create(): OutputFile {
    if (!this.#isDirectory) return this.#files.create(this.#path);
    if (this.#parts === 0) this.#files.makeDirectory(this.#path);
    const part = String(++this.#parts).padStart(5, "0");
    return this.#files.create(join(this.#path, `${this.#session}-${part}${EXTENSION}`));
  }
}

/**
 * The files of a recording, oldest first.
 * @throws CorelensError FILE_UNREADABLE
 */
export async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => name.endsWith(EXTENSION)).sort();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new CorelensError("FILE_UNREADABLE", `${path} has no files *${EXTENSION}`);
}

/** @throws CorelensError FILE_UNREADABLE */
export async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, cause: unknown): CorelensError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const refusal = (why: string, cure?: string) =>
    new CorelensError("FILE_UNREADABLE", `${path} cannot be read: ${why}`, cure, { cause });
  if (code !== "EACCES" && code !== "EPERM") return refusal(message);
  const uid = process.getuid?.();
  return refusal(
    `the process that reads it runs as uid ${uid}, who may not`,
    `run this as a user who may, without sudo, or give it to that one: chown ${uid} FILE`,
  );
}

/** `20261121T083331Z` */
function timeStamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}
