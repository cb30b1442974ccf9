import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { CorelensError } from "../../errors.ts";
import { listPids, type ProcessInfo, processTitle, readProcess } from "../process.ts";

/**
 * The IPC socket of the node that runs on this machine: what it listens on, whatever its options and configuration
 * say; where that cannot be looked at, what its command line says.
 * @param pid of the node; it is searched for when left out
 * @throws CorelensError IPC_NOT_FOUND, NODE_NOT_FOUND, NODE_AMBIGUOUS
 */
export function findSocket(pid?: number): string {
  const nodes = (pid === undefined ? listPids() : [pid])
    .map(readProcess)
    .filter((process) => process !== null)
    .filter(({ executable }) => basename(executable.path).startsWith("bitcoin"));
  const found = nodes.flatMap((process) => {
    const socket = listeningAt(process.pid) ?? socketOfCommandLine(process);
    return socket === null ? [] : [{ process, socket }];
  });
  const [first, second] = found;
  if (first && second) {
    const titles = found.map(({ process, socket }) => `${processTitle(process)} at ${socket}`);
    throw new CorelensError(
      "NODE_AMBIGUOUS",
      `several nodes offer IPC: ${titles.join(", ")}`,
      "name one's socket with --socket",
    );
  }
  if (first) return first.socket;
  if (nodes.length === 0) {
    throw new CorelensError("NODE_NOT_FOUND", "no running node was found");
  }
  throw new CorelensError(
    "IPC_NOT_FOUND",
    `${nodes.map(processTitle).join(", ")} offers no IPC socket`,
  );
}

/** `0000…: 00000002 00000000 00010000 0001 01 25311 /home/x/.bitcoin/node.sock`: one that listens has that flag. */
const LISTENING = /^\S+ \S+ \S+ 00010000 0001 01 +(\d+) (\/.*)$/;

/** The Unix socket that the process listens on, as this process can open it; null when it has none or may not be asked. */
function listeningAt(pid: number): string | null {
  try {
    const inodes = new Set(descriptorsOf(pid));
    for (const line of readFileSync(`/proc/${pid}/net/unix`, "utf8").split("\n")) {
      const [, inode, path] = LISTENING.exec(line) ?? [];
      if (inode && path && inodes.has(`socket:[${inode}]`)) return reachable(pid, path);
    }
  } catch {
    // Another user's process.
  }
  return null;
}

function descriptorsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
}

/** A container's node names its socket in its own file system. */
function reachable(pid: number, path: string): string {
  return existsSync(path) ? path : join(`/proc/${pid}/root`, path);
}

const NETWORK_DIRECTORIES = {
  main: "",
  test: "testnet3",
  testnet4: "testnet4",
  signet: "signet",
  regtest: "regtest",
} as const;

/** `-ipcbind=unix -datadir=/srv/bitcoin -regtest`: /srv/bitcoin/regtest/node.sock, if it is there. */
function socketOfCommandLine({ commandLine }: ProcessInfo): string | null {
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
  return existsSync(socket) ? socket : null;
}
