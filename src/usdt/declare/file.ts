import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CorelensError } from "../../errors.ts";

/**
 * Writes the shared object that holds declared tracepoints. Tracers find tracepoints by reading this file, so it
 * must exist, and be readable for other users, as long as the process runs.
 *
 * - Without a name, this creates a file in the temporary directory and removes it on exit. A process that is killed
 *   cannot remove its file; the next process does.
 * - With a name, the file remains. Equal tracepoints give equal bytes, so the next start keeps the file. Its inode
 *   stays the same, and tracers stay attached through restarts.
 */
export function storeSharedObject(bytes: Uint8Array, name: string | undefined): string {
  try {
    return name === undefined ? storeFresh(bytes) : storeNamed(bytes, resolve(name));
  } catch (error) {
    throw new CorelensError(
      "FILE_UNWRITABLE",
      `cannot write the shared object of the tracepoints: ${(error as Error).message}`,
      "choose a `file` in a directory that this process can write to",
      { cause: error },
    );
  }
}

const freshFiles: string[] = [];

function storeFresh(bytes: Uint8Array): string {
  const file = freshName();
  create(file, bytes);
  if (freshFiles.length === 0) process.once("exit", removeFreshFiles);
  freshFiles.push(file);
  return file;
}

function removeFreshFiles(): void {
  for (const file of freshFiles) rmSync(file, { force: true });
}

const namedFiles = new Set<string>();

function storeNamed(bytes: Uint8Array, file: string): string {
  if (!holds(file, bytes)) {
    // The dynamic linker compares names only: it would return the library that is already loaded.
    if (namedFiles.has(file)) throw new Error(`${file} holds other tracepoints of this process`);
    replace(file, bytes);
  }
  namedFiles.add(file);
  return file;
}

/** `corelens-usdt-PIDNAMESPACE-PID-RANDOM.so`; unpredictable, because other users can write to the directory. */
function freshName(): string {
  const namespace = statSync("/proc/self/ns/pid").ino;
  removeAbandoned(`corelens-usdt-${namespace}-`);
  const random = randomBytes(6).toString("hex");
  return join(tmpdir(), `corelens-usdt-${namespace}-${process.pid}-${random}.so`);
}

/** Removes files of ended processes. A missing pid only proves that in the same PID namespace. */
function removeAbandoned(prefix: string): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (existsSync(`/proc/${pid}`)) continue;
    try {
      rmSync(join(tmpdir(), name));
    } catch {
      // The file belongs to another user.
    }
  }
}

/** Whether the file has these bytes. A file of another user does not count: its owner could change it later. */
function holds(file: string, bytes: Uint8Array): boolean {
  if (!existsSync(file)) return false;
  const { uid } = statSync(file);
  return (uid === 0 || uid === process.getuid?.()) && readFileSync(file).equals(bytes);
}

/** Renames a new file instead of writing into the old one: processes that have loaded the old file would crash. */
function replace(file: string, bytes: Uint8Array): void {
  const next = `${file}.${process.pid}`;
  create(next, bytes);
  renameSync(next, file);
}

function create(file: string, bytes: Uint8Array): void {
  writeFileSync(file, bytes, { flag: "wx" });
  // Readable for other users' tools, independent of the umask.
  chmodSync(file, 0o755);
}
