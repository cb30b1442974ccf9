import { type FileHandle, mkdir, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CorelensError } from "../errors.ts";

/** The name of the files that a directory's recordings consist of. */
export const EXTENSION = ".corelens";

/** Where a recording goes: one file, or a directory of files that replace each other. */
export class Destination {
  /** The directory that has to have room. */
  readonly directory: string;
  readonly #file: string | null;
  readonly #session = timeStamp(new Date());
  #parts = 0;

  private constructor(directory: string, file: string | null) {
    this.directory = directory;
    this.#file = file;
  }

  /**
   * @param path a directory when it is one, ends with a slash, or more than one file is wanted
   * @throws CorelensError FILE_UNWRITABLE
   */
  static async at(path: string, isDirectory: boolean): Promise<Destination> {
    const existing = await stat(path).catch(() => null);
    if (!isDirectory && !path.endsWith("/") && !existing?.isDirectory()) {
      return new Destination(dirname(path), path);
    }
    try {
      await mkdir(path, { recursive: true });
    } catch (error) {
      throw unwritable(path, error);
    }
    return new Destination(path, null);
  }

  /**
   * Creates the next file.
   * @throws CorelensError FILE_UNWRITABLE
   */
  async create(): Promise<{ readonly path: string; readonly handle: FileHandle }> {
    const part = String(++this.#parts).padStart(5, "0");
    const path = this.#file ?? join(this.directory, `${this.#session}-${part}${EXTENSION}`);
    return { path, handle: await createFile(path) };
  }
}

/**
 * None is overwritten.
 * @throws CorelensError FILE_UNWRITABLE
 */
export async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o640);
  } catch (error) {
    throw unwritable(path, error);
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

export function unwritable(path: string, cause: unknown): CorelensError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const refusal = (why: string, cure?: string) =>
    new CorelensError("FILE_UNWRITABLE", `${path} cannot be created: ${why}`, cure, { cause });
  if (code === "EEXIST") return refusal("it exists already", "name another file, or remove it");
  if (code !== "EACCES" && code !== "EPERM") return refusal(message);
  const uid = process.getuid?.();
  return refusal(
    `the process that writes it runs as uid ${uid}, who may not write there`,
    `use sudo from an account that may, or make a directory for it: install -d -o ${uid} DIR`,
  );
}

/** `20261121T083331Z` */
function timeStamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}
