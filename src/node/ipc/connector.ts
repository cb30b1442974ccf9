import { closeSync, constants, openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { CorelensError } from "../../errors.ts";
import { isTraceable } from "../../kernel/platform.ts";
import { descriptorOf } from "./descriptor.ts";
import type { NodeSocket } from "./find-socket.ts";

/** A new connection to a node's IPC socket. */
export interface OpenSocket {
  readonly path: string;
  readonly socket: Socket;
}

/**
 * Opens a new connection to a node's IPC socket. It finds the socket each time: a restart may move it.
 * @throws CorelensError IPC_NOT_FOUND, NO_PERMISSION, IPC_BUSY, NODE_NOT_FOUND, NODE_AMBIGUOUS
 */
export type Connector = () => Promise<OpenSocket>;

/** @param socket the path of the socket, or a function that finds it */
export function connectorTo(socket: string | (() => NodeSocket)): Connector {
  return async () => {
    const found =
      typeof socket === "string" ? { path: socket, reachablePath: socket, pid: null } : socket();
    // Loaded before connecting: an error of a socket without a listener would end this process.
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
 * Two nodes can use the same socket path, e.g. in a container or after a restart. The kernel reports the owner through
 * native code, which is loaded only to connect.
 * @returns a function that returns an error when another process owns the socket
 */
async function loadForeigner() {
  const { peerProcess } = await import("../../kernel/peer-process.ts");
  return (socket: Socket, { path, pid }: NodeSocket): CorelensError | null => {
    const descriptor = descriptorOf(socket);
    const owner = descriptor === null ? null : peerProcess(descriptor);
    if (owner === pid) return null;
    const who = owner === null ? "an invisible process" : `process ${owner}`;
    const message = `${path} belongs to ${who}, not to the node (pid ${pid})`;
    return new CorelensError("IPC_FOREIGN", message);
  };
}

/** `sun_path` of unix(7) without its NUL. */
const MAX_PATH_BYTES = 107;
/** Opens a directory as the start of paths, without the right to list it. */
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

/** @param path for messages */
function connectAt(place: string, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (Buffer.byteLength(place) > MAX_PATH_BYTES) {
      throw new CorelensError("IPC_NOT_FOUND", `the file name of ${path} is too long for a socket`);
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
        `this user has no permission to use the socket ${path}`,
        "run as the node's user or with sudo",
        { cause },
      );
    case "EAGAIN":
      return new CorelensError("IPC_BUSY", `${path} accepts no more connections`, undefined, {
        cause,
      });
    default:
      return new CorelensError("IPC_NOT_FOUND", `no process listens on ${path}`, undefined, {
        cause,
      });
  }
}
