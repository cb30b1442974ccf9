import { CorelensError } from "../../errors.ts";
import { type Connector, connectorTo } from "../../node/ipc/connector.ts";
import { findSocket } from "../../node/ipc/find-socket.ts";
import { parseTarget, resolveTarget } from "../attach/target.ts";
import { requestCredentials } from "./request-credentials.ts";
import { pidFinder } from "./rpc-access.ts";

/**
 * How a command gets at the node's IPC socket. With two processes the worker may not open it, so the privileged one
 * does, and hands over the connection; again after the node was started again.
 *
 * @param path of the socket; that of the target is searched for when left out
 * @param target a pid, the path of a pid file or of a binary; the running node when left out
 */
export function directDoor(path: string | undefined, target: string | undefined): Connector {
  if (path !== undefined) return connectorTo(path);
  const findPid = pidFinder(target);
  return connectorTo(() => findSocket(findPid()));
}

/**
 * The same for a node that is traced too: a socket that is named has to be its own, or the events of two nodes would
 * be one stream.
 */
export function tracedDoor(path: string | undefined, target: string | undefined): Connector {
  if (path === undefined) return directDoor(path, target);
  const findPid = pidFinder(target);
  const tracedPid = (): number | null =>
    findPid() ?? resolveTarget(parseTarget(target)).process?.pid ?? null;
  return connectorTo(() => ({ path, reachablePath: path, pid: tracedPid() }));
}

/** Asks the privileged process; for a worker. */
export const attachersDoor: Connector = async () => {
  const { answer, socket } = await requestCredentials("ipc");
  // A handle that could not be received is left out.
  if (!socket) throw new CorelensError("IPC_CLOSED", `${answer.path} closed at once`);
  return { path: answer.path, socket };
};
