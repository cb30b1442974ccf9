import { basename, resolve } from "node:path";
import { CorelensError } from "../../errors.ts";
import { findNodes } from "../process/find-nodes.ts";
import { commandOf, NODE_NAMES, nodeNotFound } from "../process/hidden-nodes.ts";
import { ambiguousNodes } from "../process/node-title.ts";
import { listPids, readProcess } from "../process/process.ts";
import type { RpcAccess } from "./access.ts";
import { readCookie } from "./cookie.ts";
import { isDirectoryOf, locateRpc, locateRpcIn, type RpcLocation } from "./rpc-location.ts";
import { parseRpcUrl } from "./url.ts";

/** The user's options; each replaces a value that corelens would find. */
export interface RpcOptions {
  /** `http://127.0.0.1:8332`, optionally with `user:password@`. */
  readonly url?: string | undefined;
  readonly cookieFile?: string | undefined;
  /** A data directory, for all networks or for one. */
  readonly directory?: string | undefined;
  readonly pid?: number | undefined;
}

/**
 * Finds the access to a node's RPC server:
 *
 *     command line ─► bitcoin.conf, settings.json ─► configured address ─┬► address
 *     /proc/PID/fd ─┬──────────────────────────────► listening sockets ──┘
 *                   └► locked data directory ──────► cookie ─────────────► user, password
 *
 * @throws CorelensError USAGE, NODE_NOT_FOUND, NODE_AMBIGUOUS, PROCESS_GONE, NO_PERMISSION, RPC_UNREACHABLE,
 *   RPC_NO_CREDENTIALS
 */
export function findRpc(options: RpcOptions): RpcAccess {
  const { url, cookieFile } = options;
  const named = url === undefined ? null : parseRpcUrl(url);
  if (named?.login) return { ...named.address, ...named.login };
  if (named && cookieFile !== undefined) return { ...named.address, ...readCookie(cookieFile) };
  const location = findLocation(options);
  const address = named?.address ?? location.address();
  const login = cookieFile === undefined ? location.readLogin() : readCookie(cookieFile);
  return { ...address, ...login };
}

function findLocation({ pid, directory }: RpcOptions): RpcLocation {
  if (pid !== undefined) return locateRpc(pid);
  const pids = process.platform === "linux" ? nodePids() : [];
  if (directory !== undefined) {
    const path = resolve(directory);
    const isMatch = ({ configuration }: RpcLocation) => isDirectoryOf(path, configuration);
    return pids.flatMap(locateRunning).find(isMatch) ?? locateRpcIn(path);
  }
  const [first, ...others] = pids;
  if (first === undefined) throw process.platform === "linux" ? nodeNotFound() : notSearched();
  if (others.length === 0) return locateRpc(first);
  throw ambiguousNodes("several nodes are running", pids);
}

/** Empty if the process has ended since it was listed. */
function locateRunning(pid: number): RpcLocation[] {
  try {
    return [locateRpc(pid)];
  } catch (error) {
    if (error instanceof CorelensError && error.code === "PROCESS_GONE") return [];
    throw error;
  }
}

function notSearched(): CorelensError {
  return new CorelensError(
    "NODE_NOT_FOUND",
    "corelens finds running nodes on Linux only",
    "name the node with --datadir or --rpc",
  );
}

/** Nodes by name, including those of other users, whose command lines are readable; else by tracepoints. */
function nodePids(): number[] {
  const named = listPids().filter((pid) => {
    const paths = [readProcess(pid)?.executable.path ?? "", commandOf(pid)];
    return paths.some((path) => NODE_NAMES.has(basename(path)));
  });
  return named.length > 0 ? named : findNodes().map(({ process }) => process.pid);
}
