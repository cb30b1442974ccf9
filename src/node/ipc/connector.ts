import { closeSync, constants, openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { CorelensError } from "../../errors.ts";
import { isTraceable } from "../../kernel/platform.ts";
import { descriptorOf } from "./descriptor.ts";
import type { NodeSocket } from "./find-socket.ts";

/** A connection to a node's IPC socket that nobody used yet. */
export interface OpenSocket {
  readonly path: string;
  readonly socket: Socket;
}

/**
 * Connects to a node's IPC socket, each time anew: a node that was started again may have it elsewhere.
 * @throws CorelensError IPC_NOT_FOUND, NO_PERMISSION, IPC_BUSY, NODE_NOT_FOUND, NODE_AMBIGUOUS
 */
export type Connector = () => Promise<OpenSocket>;

/** The socket at this path, or the one that a search finds. */
export function connectorTo(socket: string | (() => NodeSocket)): Connector {
  return async () => {
    const found =
      typeof socket === "string" ? { path: socket, reachablePath: socket, pid: null } : socket();
    // Loaded before: a connection that waits for it without a listener would end this process by an error.
    const foreigner = found.pid === null || !isTraceable ? null : await loadForeigner();
    const connected = await connectTo(found);
    const refusal = foreigner?.(connected, found);
    if (refusal) {
      connected.destroy();
      throw refusal;
    }
    return { path: found.path, socket: connected };
  };
}

/**
 * Two nodes can name their sockets alike: one in a container, one that was started where another had ended. The kernel
 * knows who listens. It is asked by native code, which commands that never connect do without.
 * @returns what makes the error for a socket that is another process's
 */
async function loadForeigner() {
  const { peerProcess } = await import("../../kernel/peer-process.ts");
  return (socket: Socket, { path, pid }: NodeSocket): CorelensError | null => {
    const descriptor = descriptorOf(socket);
    const owner = descriptor === null ? null : peerProcess(descriptor);
    if (owner === pid) return null;
    const who = owner === null ? "a process that cannot be seen" : `process ${owner}`;
    const message = `${path} is the socket of ${who}, not of the node (pid ${pid})`;
    return new CorelensError("IPC_FOREIGN", message);
  };
}

/** Of `sun_path` in the kernel's unix(7), with the NUL at its end. */
const MAX_PATH_BYTES = 107;
/** Opens a directory to begin paths at, which takes no right to list it. */
const O_PATH = 0o10000000;

function connectTo(found: NodeSocket): Promise<Socket> {
  const { path, reachablePath } = found;
  if (Buffer.byteLength(reachablePath) <= MAX_PATH_BYTES) return connectAt(reachablePath, path);
  // A longer path is split: /proc/self/fd/17/node.sock
  let directory: number;
  try {
    directory = openSync(dirname(reachablePath), O_PATH | constants.O_DIRECTORY);
  } catch (cause) {
    throw refusal(path, cause as NodeJS.ErrnoException);
  }
  return connectAt(`/proc/self/fd/${directory}/${basename(reachablePath)}`, path).finally(() =>
    closeSync(directory),
  );
}

/** @param path what messages call it */
function connectAt(place: string, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (Buffer.byteLength(place) > MAX_PATH_BYTES) {
      throw new CorelensError(
        "IPC_NOT_FOUND",
        `the name of ${path} is longer than a socket's can be`,
      );
    }
    const socket = connect(place);
    socket.once("connect", () => {
      socket.off("error", refuse);
      resolve(socket);
    });
    const refuse = (cause: NodeJS.ErrnoException): void => reject(refusal(path, cause));
    socket.once("error", refuse);
  });
}

function refusal(path: string, cause: NodeJS.ErrnoException): CorelensError {
  switch (cause.code) {
    case "EACCES":
    case "EPERM":
      return new CorelensError(
        "NO_PERMISSION",
        `the socket ${path} may not be used by this user`,
        "run it as the user of the node, or with sudo",
        { cause },
      );
    case "EAGAIN":
      return new CorelensError("IPC_BUSY", `${path} takes no more connections`, undefined, {
        cause,
      });
    default:
      return new CorelensError("IPC_NOT_FOUND", `nothing listens at ${path}`, undefined, { cause });
  }
}
