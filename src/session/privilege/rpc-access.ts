import { CorelensError } from "../../errors.ts";
import { waitingText } from "../../event/notice.ts";
import { readPidFile } from "../../node/process/find-nodes.ts";
import {
  inodeAt,
  isAlive,
  type ProcessInfo,
  processTitle,
  readProcess,
} from "../../node/process/process.ts";
import type { FindAccess, RpcAccess } from "../../node/rpc/access.ts";
import { findRpc, type RpcOptions } from "../../node/rpc/find-rpc.ts";
import { ProcessIdentity } from "../attach/process-identity.ts";
import { onlyProcessOf, parseTarget, type TargetSpec } from "../attach/target.ts";
import { requestCredentials } from "./request-credentials.ts";

/**
 * Finds the node's RPC server and its credentials. A worker cannot read the node's cookie, so it asks the privileged
 * process, and again after the node restarted:
 *
 *     worker ── "rpc?" ──► attacher: finds the node, reads its cookie
 *            ◄── "rpc": address and cookie, or "refused": why not
 */

export interface RpcRequest extends Omit<RpcOptions, "pid"> {
  /** A pid, or the path of a pid file or a binary; by default the running node. */
  readonly target: string | undefined;
}

/** For a process that can read the cookie. */
export function directAccess({ target, ...options }: RpcRequest): FindAccess {
  const findPid = pidFinder(target);
  return () => findRpc({ ...options, pid: findPid() });
}

/**
 * Finds the target's current process. A process that was named by its pid or its binary is followed to its successor,
 * as the trace does.
 * @returns a function that returns undefined for the running node
 */
export function pidFinder(target: string | undefined): () => number | undefined {
  const spec = parseTarget(target);
  let identity: ProcessIdentity | null = null;
  return () => {
    if (spec.kind === "search") return undefined;
    if (spec.kind === "pid-file") return readPidFile(spec.path);
    if (identity && isAlive(identity.process.pid)) return identity.process.pid;
    const pid = identity ? identity.find() : firstPid(spec);
    if (pid === undefined) throw goneError(identity!);
    const process = readProcess(pid);
    if (process) identity = new ProcessIdentity(process);
    return pid;
  };
}

function firstPid(spec: TargetSpec & { kind: "pid" | "path" }): number {
  return spec.kind === "pid" ? spec.pid : processRunning(spec.path).pid;
}

function goneError({ process, awaited }: ProcessIdentity): CorelensError {
  return new CorelensError(
    "PROCESS_GONE",
    `${processTitle(process)} ended; ${waitingText(awaited)}`,
  );
}

/** @throws CorelensError FILE_UNREADABLE, NODE_NOT_FOUND, NODE_AMBIGUOUS */
function processRunning(path: string): ProcessInfo {
  if (inodeAt(path) === null) {
    throw new CorelensError("FILE_UNREADABLE", `no such file: ${path}`);
  }
  const process = onlyProcessOf(path);
  if (process) return process;
  throw new CorelensError("NODE_NOT_FOUND", `no visible process runs ${path}`);
}

/** In a worker: asks the privileged process. */
export async function requestRpcAccess(): Promise<RpcAccess> {
  return (await requestCredentials("rpc")).answer.access;
}
