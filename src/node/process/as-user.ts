import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { geteuid } from "node:process";
import { CorelensError } from "../../errors.ts";

/** The user and groups of a process, for access to files. */
export interface FileUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/**
 * Reads files with the rights of another user. Any user can start a process named bitcoind, and its command line names
 * the files to read: with the rights of root, that user could read any file through corelens.
 *
 * Only root can switch to another user. For other users, and if the other user is root, nothing changes.
 * @throws CorelensError NO_PERMISSION if root lacks the capabilities to switch
 */
export function asUser<Result>(user: FileUser, read: () => Result): Result {
  if (geteuid?.() !== 0 || user.uid === 0) return read();
  const own = process.getgroups!();
  const gid = process.getegid!();
  try {
    become(user);
    return read();
  } finally {
    process.seteuid!(0);
    process.setegid!(gid);
    process.setgroups!(own);
  }
}

function become({ uid, gid, groups }: FileUser): void {
  try {
    process.setgroups!([...groups]);
    process.setegid!(gid);
    process.seteuid!(uid);
  } catch (cause) {
    throw new CorelensError(
      "NO_PERMISSION",
      `cannot switch to user ${uid} (needs CAP_SETUID and CAP_SETGID)`,
      "run it as that user",
      { cause },
    );
  }
}

/** The user of a process; null if the process has ended. */
export function userOf(pid: number): FileUser | null {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return null;
  }
}

/** Parses /proc/PID/status, whose lines list the real, effective, saved and file system ids: `Uid: 998 998 998 998` */
export function parseStatus(status: string): FileUser | null {
  const ids = (name: string): number[] =>
    new RegExp(`^${name}:(.*)$`, "m").exec(status)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  const [, uid] = ids("Uid");
  const [, gid] = ids("Gid");
  if (uid === undefined || gid === undefined) return null;
  return { uid, gid, groups: ids("Groups") };
}

/** Larger than any configuration file. */
const MAX_BYTES = 1 << 20;

/** The text of a small file; null if it cannot be opened, is not a regular file, or is larger than 1 MiB. */
export function readSmallFile(path: string): string | null {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(descriptor).isFile()) return null;
      const bytes = Buffer.alloc(MAX_BYTES + 1);
      let length = 0;
      for (let n = -1; n !== 0 && length <= MAX_BYTES; length += n) {
        n = readSync(descriptor, bytes, length, bytes.length - length, null);
      }
      return length > MAX_BYTES ? null : bytes.toString("utf8", 0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
