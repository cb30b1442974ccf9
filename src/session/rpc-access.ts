import { CorelensError } from "../errors.ts";
import { readPidFile } from "../node/find-nodes.ts";
import { findRpc, type RpcOptions } from "../node/find-rpc.ts";
import { inodeAt, isAlive, listPids, type ProcessInfo, readProcess } from "../node/process.ts";
import type { FindAccess, RpcAccess } from "../node/rpc/access.ts";
import { askKeeper } from "./ask-keeper.ts";
import { parseTarget, pidOfSame, type TargetSpec } from "./target.ts";

/**
 * How a command gets at the node's RPC server. With two processes the worker cannot read the node's cookie, so the
 * privileged one does, and again after the node was started again:
 *
 *     worker ── "rpc?" ──► attacher: finds the node, reads its cookie
 *            ◄── "rpc", address and cookie, or why there is none
 */

export interface RpcRequest extends Omit<RpcOptions, "pid"> {
  /** A pid, the path of a pid file or of a binary; the running node is searched for when left out. */
  readonly target: string | undefined;
}

/** Finds it in this process, which may read the cookie. */
export function directAccess({ target, ...options }: RpcRequest): FindAccess {
  const findPid = pidFinder(target);
  return () => findRpc({ ...options, pid: findPid() });
}

/**
 * Finds the process that a target names, at the time. One that was named by its pid is followed to its successor.
 * @returns what returns undefined where the running node is to be searched for
 */
export function pidFinder(target: string | undefined): () => number | undefined {
  const spec = parseTarget(target);
  let before: ProcessInfo | null = null;
  return () => {
    let pid = pidOf(spec);
    if (pid !== undefined && spec.kind === "pid") {
      if (!isAlive(pid) && before) pid = pidOfSame(before, isAlive) ?? pid;
      before ??= readProcess(pid);
    }
    return pid;
  };
}

function pidOf(spec: TargetSpec): number | undefined {
  switch (spec.kind) {
    case "search":
      return undefined;
    case "pid":
      return spec.pid;
    case "pid-file":
      return readPidFile(spec.path);
    case "path":
      return pidRunning(spec.path);
  }
}

function pidRunning(path: string): number {
  const inode = inodeAt(path);
  if (inode === null) throw new CorelensError("FILE_UNREADABLE", `there is no file ${path}`);
  const pid = listPids().find((pid) => readProcess(pid)?.executable.inode === inode);
  if (pid !== undefined) return pid;
  throw new CorelensError("NODE_NOT_FOUND", `no process that can be seen runs ${path}`);
}

/** Asks the privileged process; for a worker. */
export async function attachersAccess(): Promise<RpcAccess> {
  return (await askKeeper("rpc")).answer.access;
}
