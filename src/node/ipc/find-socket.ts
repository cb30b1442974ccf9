import { existsSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { CorelensError } from "../../errors.ts";
import { reachable } from "../process/node-start.ts";
import { listPids, type ProcessInfo, processTitle, readProcess } from "../process/process.ts";
import { openFiles } from "../process/sockets.ts";

/** A node's IPC socket. */
export interface NodeSocket {
  /** The node's own path. */
  readonly path: string;
  /** The path by which this process can open it. */
  readonly reachablePath: string;
  /** The process that must own the socket; null accepts any. */
  readonly pid: number | null;
}

/**
 * Finds the IPC socket of the node on this machine: the socket on which it listens, or, if its sockets are not readable,
 * the one in its command line.
 * @param pid of the node; by default the running node
 * @throws CorelensError IPC_NOT_FOUND, NODE_NOT_FOUND, NODE_AMBIGUOUS
 */
export function findSocket(pid?: number): NodeSocket {
  const nodes = (pid === undefined ? listPids() : [pid])
    .map(readProcess)
    .filter((process) => process !== null)
    .filter(({ executable }) => basename(executable.path).startsWith("bitcoin"));
  const found = nodes.flatMap((process) => {
    const path = listeningAt(process.pid) ?? socketOfCommandLine(process);
    return path === null ? [] : [{ process, path }];
  });
  const [first, second] = found;
  if (first && second) {
    const titles = found.map(({ process, path }) => `${processTitle(process)} at ${path}`);
    throw new CorelensError(
      "NODE_AMBIGUOUS",
      `several nodes offer IPC: ${titles.join(", ")}`,
      "select one of the sockets with --socket",
    );
  }
  if (first) {
    const { process, path } = first;
    return { path, reachablePath: reachable(process.pid, path), pid: process.pid };
  }
  if (nodes.length === 0) {
    throw new CorelensError("NODE_NOT_FOUND", "no running node was found");
  }
  throw new CorelensError(
    "IPC_NOT_FOUND",
    `${nodes.map(processTitle).join(", ")} has no IPC socket`,
  );
}

/** `0000…: 00000002 00000000 00010000 0001 01 25311 /home/x/.bitcoin/node.sock`; the flag 00010000 means listening. */
const LISTENING = /^\S+ \S+ \S+ 00010000 0001 01 +(\d+) (\/.*)$/;

/** The process's own path of its listening Unix socket; null if it has none or access is denied. */
function listeningAt(pid: number): string | null {
  try {
    const inodes = new Set(openFiles(pid));
    for (const line of readFileSync(`/proc/${pid}/net/unix`, "utf8").split("\n")) {
      const [, inode, path] = LISTENING.exec(line) ?? [];
      if (inode && path && inodes.has(`socket:[${inode}]`)) return path;
    }
  } catch {
    // Another user's process.
  }
  return null;
}

const NETWORK_DIRECTORIES = {
  main: "",
  test: "testnet3",
  testnet4: "testnet4",
  signet: "signet",
  regtest: "regtest",
} as const;

/** `-ipcbind=unix -datadir=/srv/bitcoin -regtest` means /srv/bitcoin/regtest/node.sock; null if it does not exist. */
function socketOfCommandLine({ pid, commandLine }: ProcessInfo): string | null {
  const options = new Map(
    commandLine.slice(1).map((argument) => {
      const [name, ...value] = argument.replace(/^--?/, "").split("=");
      return [name!, value.join("=")];
    }),
  );
  const [, path = ""] = /^unix(?::(.*))?$/.exec(options.get("ipcbind") ?? "") ?? [];
  const named = Object.keys(NETWORK_DIRECTORIES).find((name) => options.has(name));
  const network = options.get("chain") ?? named ?? "main";
  const directory = NETWORK_DIRECTORIES[network as keyof typeof NETWORK_DIRECTORIES] ?? network;
  const dataDirectory = options.get("datadir");
  if (dataDirectory === undefined && !isAbsolute(path)) return null;
  const socket = isAbsolute(path)
    ? path
    : join(dataDirectory!, directory, path === "" ? "node.sock" : path);
  return existsSync(reachable(pid, socket)) ? socket : null;
}
