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
 * Where the shared objects lie that declared tracepoints live in. Tracers find tracepoints by reading that
 * file, so it must be there, and readable for other users, as long as the process runs.
 *
 * - Without a name the file is a fresh one in the temporary directory, and is removed on exit. A process
 *   that dies without its exit handlers leaves it behind; the next one removes what dead processes left.
 * - With a name the file stays. Equal tracepoints give equal bytes, so the next start finds the file as it
 *   should be and keeps it: the inode stays the same, and tracers stay attached through restarts.
 */
export function storeSharedObject(bytes: Uint8Array, name: string | undefined): string {
  try {
    return name === undefined ? storeFresh(bytes) : storeNamed(bytes, resolve(name));
  } catch (error) {
    throw new CorelensError(
      "FILE_UNWRITABLE",
      `the shared object of the tracepoints cannot be written: ${(error as Error).message}`,
      "name a `file` in a directory this process can write to",
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
    // The dynamic linker goes by the name and would hand out the library that it has already.
    if (namedFiles.has(file)) throw new Error(`${file} holds other tracepoints of this process`);
    replace(file, bytes);
  }
  namedFiles.add(file);
  return file;
}

/** `corelens-usdt-PIDNAMESPACE-PID-RANDOM.so`; unpredictable, as others may write to the directory too. */
function freshName(): string {
  const namespace = statSync("/proc/self/ns/pid").ino;
  removeAbandoned(`corelens-usdt-${namespace}-`);
  const random = randomBytes(6).toString("hex");
  return join(tmpdir(), `corelens-usdt-${namespace}-${process.pid}-${random}.so`);
}

/** Only within one PID namespace does a missing pid mean that the process is gone. */
function removeAbandoned(prefix: string): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (existsSync(`/proc/${pid}`)) continue;
    try {
      rmSync(join(tmpdir(), name));
    } catch {
      // Another user's, who alone may remove it.
    }
  }
}

/** Whether the file is already as it should be. One of another user's could change under our feet. */
function holds(file: string, bytes: Uint8Array): boolean {
  if (!existsSync(file)) return false;
  const { uid } = statSync(file);
  return (uid === 0 || uid === process.getuid?.()) && readFileSync(file).equals(bytes);
}

/** Never writes into the old file: processes that have it loaded would crash. */
function replace(file: string, bytes: Uint8Array): void {
  const next = `${file}.${process.pid}`;
  create(next, bytes);
  renameSync(next, file);
}

function create(file: string, bytes: Uint8Array): void {
  writeFileSync(file, bytes, { flag: "wx" });
  // Readable for tools of other users, whatever the umask.
  chmodSync(file, 0o755);
}
