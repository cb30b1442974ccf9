import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { geteuid } from "node:process";
import { CorelensError } from "../../errors.ts";

/** Who a process is, as far as files are concerned. */
export interface FileUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/**
 * Reads files as another user does. A process that is called bitcoind may be anybody's, and its command line names
 * the files to look into: read with the rights of root, they would be whatever that user wants to know.
 *
 * Only root can be another; anyone else stays who he is, as does root where the other is root.
 * @throws CorelensError NO_PERMISSION for a root that may not
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
      `this root may not become user ${uid}, whose files they are`,
      "run it as that user",
      { cause },
    );
  }
}

/** The user of a process; null when it is gone. */
export function userOf(pid: number): FileUser | null {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return null;
  }
}

/** The lines of /proc/PID/status with real, effective, saved and file system's ids: `Uid: 998 998 998 998` */
export function parseStatus(status: string): FileUser | null {
  const ids = (name: string): number[] =>
    new RegExp(`^${name}:(.*)$`, "m").exec(status)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  const [, uid] = ids("Uid");
  const [, gid] = ids("Gid");
  if (uid === undefined || gid === undefined) return null;
  return { uid, gid, groups: ids("Groups") };
}

/** More than any configuration has. */
const LIMIT = 1 << 20;

/** The text of a small file; null for what cannot be opened, is no file, or is larger than 1 MiB. */
export function readSmallFile(path: string): string | null {
  try {
    // A pipe would wait for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(descriptor).isFile()) return null;
      const bytes = Buffer.alloc(LIMIT + 1);
      let length = 0;
      for (let n = -1; n !== 0 && length <= LIMIT; length += n) {
        n = readSync(descriptor, bytes, length, bytes.length - length, null);
      }
      return length > LIMIT ? null : bytes.toString("utf8", 0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
