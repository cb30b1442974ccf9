import { readFileSync } from "node:fs";
import { CorelensError } from "../errors.ts";
import { loadKoffi } from "./koffi.ts";
import { addressOf, errnoName, syscall } from "./libc.ts";

/**
 * Gives up rights permanently. Linux keeps capabilities and no_new_privs for each thread, and Node starts many threads, so
 * a process cannot reliably drop its own. A child gives them up instead: the parent drops rights in its main thread, forks
 * from this thread, and all threads of the child start without these rights.
 */

/** Numbers of <linux/capability.h>. */
const CAPABILITY = {
  DAC_READ_SEARCH: 2,
  SETGID: 6,
  SETUID: 7,
  SYS_PTRACE: 19,
  SYS_ADMIN: 21,
  PERFMON: 38,
  BPF: 39,
} as const;
export type Capability = keyof typeof CAPABILITY;

const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

/** The capabilities that a child needs to load its code and change its user. None of them reaches the kernel. */
const KEPT_FOR_CHILD: ReadonlySet<number> = new Set([
  CAPABILITY.DAC_READ_SEARCH,
  CAPABILITY.SETGID,
  CAPABILITY.SETUID,
]);

/**
 * Limits the rights of processes that start from now on: only capabilities to read files and to change the user, and no
 * rights from executing a file. This process keeps its rights.
 */
export function narrowChildren(): void {
  prctl("setting no_new_privs", PR_SET_NO_NEW_PRIVS, 1);
  prctl("clearing ambient capabilities", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  for (let capability = 0; syscall("prctl", PR_CAPBSET_READ, capability) >= 0; capability++) {
    if (KEPT_FOR_CHILD.has(capability)) continue;
    // Without CAP_SETPCAP the set stays. Such a process is not root, and a child inherits no rights from it.
    if (syscall("prctl", PR_CAPBSET_DROP, capability) < 0) break;
  }
}

function prctl(doing: string, ...args: readonly number[]): void {
  const result = syscall("prctl", ...args);
  if (result < 0)
    throw new CorelensError("KERNEL_REFUSED", `${doing} failed: ${errnoName(result)}`);
}

/** The user that the worker becomes. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The user who called sudo, otherwise nobody; null when this process is not root and keeps its user. */
export function unprivilegedUser(env: NodeJS.ProcessEnv): User | null {
  if (process.getuid?.() !== 0) return null;
  const uid = Number(env.SUDO_UID);
  const gid = Number(env.SUDO_GID);
  return uid > 0 && gid > 0 ? { uid, gid } : { uid: 65534, gid: 65534 };
}

/** Whether this process can change its user. Root in a container or user namespace may lack the right or the user. */
export function canBecome({ uid, gid }: User): boolean {
  return (
    hasCapability("SETUID") &&
    hasCapability("SETGID") &&
    readFileSync("/proc/self/setgroups", "ascii").trim() === "allow" &&
    isMapped(readFileSync("/proc/self/uid_map", "ascii"), uid) &&
    isMapped(readFileSync("/proc/self/gid_map", "ascii"), gid)
  );
}

/** Each line of such a map has the first id in the namespace, the first id outside, and the number of ids. */
function isMapped(map: string, id: number): boolean {
  return map
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => id >= first && id < first + count);
}

/**
 * Permanently becomes `user`, in all threads, and verifies that no capability is left.
 * @throws CorelensError KERNEL_REFUSED when a capability is left
 */
export function becomeUser({ uid, gid }: User): void {
  // The user may not be able to read its files.
  loadKoffi();
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (process.getuid?.() !== uid || effectiveCapabilities() !== 0n) {
    throw new CorelensError("KERNEL_REFUSED", "the worker cannot give up its privileges");
  }
}

/** This thread's effective capabilities as a mask, bit n for capability n. */
export function effectiveCapabilities(): bigint {
  const VERSION_3 = 0x2008_0522;
  const header = Buffer.alloc(8);
  header.writeUInt32LE(VERSION_3);
  // Two of { effective, permitted, inheritable }: the low and the high 32 capabilities.
  const data = Buffer.alloc(24);
  const result = syscall("capget", addressOf(header), addressOf(data));
  if (result < 0) throw new CorelensError("KERNEL_REFUSED", `capget failed: ${errnoName(result)}`);
  return (BigInt(data.readUInt32LE(12)) << 32n) | BigInt(data.readUInt32LE(0));
}

export function hasCapability(capability: Capability): boolean {
  return ((effectiveCapabilities() >> BigInt(CAPABILITY[capability])) & 1n) === 1n;
}
