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
/** What is there may be a pipe, at which opening would wait for a reader. */
const ADDED_TO = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const FILE_MODE = 0o640;
const MAX_LINKS = 40;

/**
 * Makes a command's files and directories.
 *
 * For a worker without rights the privileged process makes them: first with the rights of the worker's user, so that
 * root's are not used where they are not needed. Where that user may not, as in a directory of root's, root makes the
 * file and gives it to that user. Root then follows no link but its own on the way to the file, and adds to no file
 * of anybody else: a stranger who can write along the path cannot lead it elsewhere.
 */
export class OutputFiles {
  readonly #user: User | null;

  /** @param user who the files are for; null for whoever runs this process, with that user's rights */
  constructor(user: User | null) {
    this.#user = user;
  }

  /**
   * Creates a file. None is overwritten.
   * @throws CorelensError FILE_UNWRITABLE
   */
  create(path: string): OutputFile {
    return this.#open(path, NEW);
  }

  /**
   * Opens a file to add to its end, and creates it where there is none.
   * @throws CorelensError FILE_UNWRITABLE
   */
  append(path: string): OutputFile {
    return this.#open(path, ADDED_TO);
  }

  /**
   * Makes a directory where there is none, and those that it lies in.
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
   * Opens a directory that files are to be made in, and makes it where there is none.
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

  /** Whether there is a directory already. */
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

/** Node's own way to do this never ends below /proc, where nothing can be made. */
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

/** @param user whose file it becomes, or is already; null where that does not matter */
function checked(descriptor: number, user: User | null): number {
  try {
    const status = fstatSync(descriptor);
    const { nlink, uid, size } = status;
    if (!status.isFile()) throw new Error("it is no file");
    if (user === null) return descriptor;
    if (nlink !== 1) throw new Error("it has another name, which root does not write to");
    if (uid === 0 && size === 0) give(descriptor, user);
    else if (uid !== 0 && uid !== user.uid) throw new Error(`it belongs to user ${uid}`);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Some file systems know no owners; the file is then written by its descriptor all the same. */
function give(descriptor: number, { uid, gid }: User): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {}
}

/**
 * Opens a directory part by part and follows the links of root only.
 * @param isMade whether parts that are missing are made
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
        if (++links > MAX_LINKS) throw new Error("too many links lead there");
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

/** Where a link of root's leads; null for what is no link. */
function linkTarget(path: string): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isSymbolicLink()) return null;
  if (found.uid === 0) return readlinkSync(path);
  throw new Error(`root does not follow the link ${basename(path)} of user ${found.uid}`);
}

/** A name in an open directory, wherever that is by now. */
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
      return refusal("it exists already", "name another file, or remove it");
    case "ELOOP":
      return refusal("it is a link, and none is followed", "name the file itself");
    case "EACCES":
    case "EPERM": {
      const uid = process.getuid?.();
      return refusal(
        `this runs as user ${uid}, who may not write there`,
        `name a directory of that user's, or make one: sudo install -d -o ${uid} DIR`,
      );
    }
    default:
      // The system's words end with a path, which may be this process's own way to the file.
      return refusal(code === undefined ? message : message.split(", ")[0]!);
  }
}
