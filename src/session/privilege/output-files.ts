import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { CorelensError } from "../../errors.ts";
import type { User } from "../../kernel/privileges.ts";
import { asUser } from "../../node/process/as-user.ts";
import { OutputFile } from "./output-file.ts";

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } =
  constants;
const NEW = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
/** O_NONBLOCK: the path may name a pipe, and opening it would wait for a reader. */
const APPENDED = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const FILE_MODE = 0o640;
const MAX_LINKS = 40;

/**
 * Creates a command's files and directories.
 *
 * A worker has no privileges, so the privileged process creates them:
 *
 * 1. It acts with the rights of the worker's user, which usually suffice.
 * 2. If that user has no permission, for example in a directory of root, root creates the file and gives it to the user.
 *
 * Other users may be able to write to a directory of the path. So that they cannot redirect root to another file, root
 * follows only links that root owns, and appends only to files of root and of the worker's user.
 */
export class OutputFiles {
  readonly #user: User | null;

  /** @param user the owner of the files; null for the user of this process */
  constructor(user: User | null) {
    this.#user = user;
  }

  /**
   * Creates a file. An existing file is an error.
   * @throws CorelensError FILE_UNWRITABLE
   */
  create(path: string): OutputFile {
    return this.#open(path, NEW);
  }

  /**
   * Opens a file to append to it, and creates it if it does not exist.
   * @throws CorelensError FILE_UNWRITABLE
   */
  append(path: string): OutputFile {
    return this.#open(path, APPENDED);
  }

  /**
   * Creates a directory and its parents, if they do not exist.
   * @throws CorelensError FILE_UNWRITABLE
   */
  makeDirectory(path: string): void {
    this.#attempt(
      path,
      () => makeDirectories(path),
      () => closeSync(openDirectory(path, true)),
    );
  }

  /**
   * Creates a directory for the user's own files, if it does not exist. One that root has to create becomes the user's.
   * @throws CorelensError FILE_UNWRITABLE
   */
  ownDirectory(path: string): void {
    this.#attempt(
      path,
      () => makeDirectories(path),
      (user) => {
        const directory = openDirectory(path, true);
        try {
          const isNew = readdirSync(`/proc/self/fd/${directory}`).length === 0;
          if (isNew && fstatSync(directory).uid === 0) give(directory, user);
        } finally {
          closeSync(directory);
        }
      },
    );
  }

  /**
   * Opens a directory for new files, and creates it if it does not exist.
   * @throws CorelensError FILE_UNWRITABLE
   */
  directory(path: string): OutputFile {
    this.makeDirectory(path);
    const open = (): number => openSync(path, O_RDONLY | O_DIRECTORY);
    const descriptor = this.#attempt(path, open, () => openDirectory(path, false));
    try {
      accessSync(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      closeSync(descriptor);
      throw unwritable(path, error);
    }
    return new OutputFile(path, descriptor);
  }

  /** Whether the path is an existing directory. */
  isDirectory(path: string): boolean {
    try {
      return statSync(path).isDirectory();
    } catch {
      return false;
    }
  }

  #open(path: string, flags: number): OutputFile {
    const descriptor = this.#attempt(
      path,
      () => checked(openSync(path, flags, FILE_MODE), null),
      (user) => openAsRoot(path, flags, user),
    );
    return new OutputFile(path, descriptor);
  }

  #attempt<Result>(path: string, act: () => Result, asRoot: (user: User) => Result): Result {
    const user = this.#user;
    try {
      if (user === null) return act();
      try {
        return asUser({ ...user, groups: [] }, act);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "EACCES" && code !== "EPERM") throw error;
        return asRoot(user);
      }
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

/** Like `mkdirSync(path, { recursive: true })`, which never returns for a path in /proc. */
function makeDirectories(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(path).isDirectory()) return;
    if (code !== "ENOENT" || existsSync(dirname(path))) throw error;
    makeDirectories(dirname(path));
    mkdirSync(path);
  }
}

function openAsRoot(path: string, flags: number, user: User): number {
  const whole = resolve(path);
  const directory = openDirectory(dirname(whole), false);
  try {
    const descriptor = openSync(entry(directory, basename(whole)), flags, FILE_MODE);
    return checked(descriptor, user);
  } finally {
    closeSync(directory);
  }
}

/** @param user the owner, or the future owner, of the file; null accepts any owner */
function checked(descriptor: number, user: User | null): number {
  try {
    const status = fstatSync(descriptor);
    const { nlink, uid, size } = status;
    if (!status.isFile()) throw new Error("it is not a file");
    if (user === null) return descriptor;
    if (nlink !== 1) throw new Error("it has more than one hard link; root does not write to it");
    if (uid === 0 && size === 0) give(descriptor, user);
    else if (uid !== 0 && uid !== user.uid) throw new Error(`it belongs to user ${uid}`);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Some file systems have no owners; the descriptor is sufficient there. */
function give(descriptor: number, { uid, gid }: User): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {}
}

/**
 * Opens a directory part by part, and follows only links that root owns.
 * @param isMade whether to create missing parts
 */
function openDirectory(path: string, isMade: boolean): number {
  const parts = partsOf(resolve(path));
  let directory = openSync("/", O_RDONLY | O_DIRECTORY);
  let links = 0;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const from = directory;
    const next = entry(from, part);
    try {
      const target = linkTarget(next);
      if (target === null) {
        directory = openPart(next, isMade);
      } else {
        if (++links > MAX_LINKS) throw new Error("its path has too many links");
        directory = openSync(target.startsWith("/") ? "/" : entry(from, "."), O_DIRECTORY);
        parts.unshift(...partsOf(target));
      }
    } finally {
      closeSync(from);
    }
  }
  return directory;
}

function openPart(path: string, isMade: boolean): number {
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (!isMade || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(path);
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  }
}

/** The target of a link that root owns; null if the path is not a link. */
function linkTarget(path: string): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isSymbolicLink()) return null;
  if (found.uid === 0) return readlinkSync(path);
  throw new Error(`root does not follow the link ${basename(path)} of user ${found.uid}`);
}

/** The path of a name in an open directory, valid even if the directory is moved. */
function entry(directory: number, name: string): string {
  return `/proc/self/fd/${directory}/${name}`;
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

export function unwritable(path: string, cause: unknown): CorelensError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const refusal = (why: string, cure?: string) =>
    new CorelensError("FILE_UNWRITABLE", `${path} cannot be created: ${why}`, cure, { cause });
  switch (code) {
    case "EEXIST":
      return refusal("it exists", "name another file, or remove it");
    case "ELOOP":
      return refusal("it is a link, which is not followed", "name the file itself");
    case "EACCES":
    case "EPERM": {
      const uid = process.getuid?.();
      return refusal(
        `user ${uid}, who runs this, has no permission to write there`,
        `name a directory of user ${uid}, or create one: sudo install -d -o ${uid} DIR`,
      );
    }
    default:
      // The system's message ends with the path that this process used, which may differ from the user's.
      return refusal(code === undefined ? message : message.split(", ")[0]!);
  }
}
