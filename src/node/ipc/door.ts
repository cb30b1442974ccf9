import { connect, type Socket } from "node:net";
import { CorelensError } from "../../errors.ts";

/** A connection to a node's IPC socket that nobody used yet. */
export interface OpenSocket {
  readonly path: string;
  readonly socket: Socket;
}

/**
 * Connects to a node's IPC socket, each time anew: a node that was started again may have it elsewhere.
 * @throws CorelensError IPC_NOT_FOUND, NO_PERMISSION, IPC_BUSY, NODE_NOT_FOUND, NODE_AMBIGUOUS
 */
export type Door = () => Promise<OpenSocket>;

/** The socket at this path, or where a search finds it. */
export function doorTo(path: string | (() => string)): Door {
  return async () => {
    const found = typeof path === "string" ? path : path();
    return { path: found, socket: await connectTo(found) };
  };
}

function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
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
