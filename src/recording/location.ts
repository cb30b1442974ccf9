import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CorelensError } from "../errors.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { OutputFiles } from "../session/privilege/output-files.ts";

/** How the names of recordings in a directory end. */
export const EXTENSION = ".corelens";

/** Where a recording is written: to one file, or to the files of a directory, one after the other. */
export class Destination {
  readonly #path: string;
  readonly #isDirectory: boolean;
  readonly #files: OutputFiles;
  readonly #session = timeStamp(new Date());
  #parts = 0;

  /**
   * @param path treated as a directory if it is one, or ends with a slash
   * @param isDirectory whether it must be a directory, because more than one file is wanted
   * @param files creates the files; by default with the rights of this process
   */
  constructor(path: string, isDirectory: boolean, files: OutputFiles = new OutputFiles(null)) {
    this.#path = path;
    this.#files = files;
    this.#isDirectory = isDirectory || path.endsWith("/") || files.isDirectory(path);
  }

  /**
   * Creates the next file; before the first one, the directory.
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
export function filesOf(path: string): Promise<string[]> {
  return filesAt(path, recordingsIn, `*${EXTENSION}`);
}

/**
 * The files of a recording, oldest first; in a directory without recordings, those of bitcoind's -capturemessages.
 * @throws CorelensError FILE_UNREADABLE
 */
export function storedFilesOf(path: string): Promise<string[]> {
  const find = async (directory: string): Promise<string[]> => {
    const recordings = await recordingsIn(directory);
    return recordings.length > 0 ? recordings : capturesIn(directory);
  };
  return filesAt(path, find, `*${EXTENSION}, msgs_recv.dat or msgs_sent.dat`);
}

async function filesAt(
  path: string,
  find: (directory: string) => Promise<string[]>,
  names: string,
): Promise<string[]> {
  try {
    const status = await stat(path);
    if (status.isFile()) return [path];
    if (!status.isDirectory()) throw noFile(path);
    const found = await find(path);
    if (found.length > 0) return found;
  } catch (error) {
    throw error instanceof CorelensError ? error : unreadable(path, error);
  }
  throw new CorelensError("FILE_UNREADABLE", `${path} is a directory without files ${names}`);
}

function noFile(path: string): CorelensError {
  return new CorelensError(
    "FILE_UNREADABLE",
    `${path} cannot be read: it is a pipe, a socket or a device, not a file`,
    "write its data to a file first",
  );
}

async function recordingsIn(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(EXTENSION)).sort();
  return names.map((name) => join(directory, name));
}

/** The files of bitcoind's -capturemessages in the directory of one peer, or in those of all peers. */
async function capturesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const peers = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const names = await Promise.all(
    ["", ...peers].map(async (peer) => {
      const files = await readdir(join(directory, peer)).catch(() => []);
      return files.filter(isCaptureName).map((name) => join(directory, peer, name));
    }),
  );
  return names.flat().sort();
}

function isCaptureName(name: string): boolean {
  return name === "msgs_recv.dat" || name === "msgs_sent.dat";
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
    `the reading process runs as uid ${uid}, which has no permission`,
    `run this as the file's owner without sudo, or change the owner: chown ${uid} FILE`,
  );
}

/** `20261121T083331Z` */
function timeStamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}
