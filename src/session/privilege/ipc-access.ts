import { CorelensError } from "../../errors.ts";
import { type Connector, connectorTo } from "../../node/ipc/connector.ts";
import { findSocket } from "../../node/ipc/find-socket.ts";
import { parseTarget, resolveTarget } from "../attach/target.ts";
import { requestCredentials } from "./request-credentials.ts";
import { pidFinder } from "./rpc-access.ts";

/**
 * Connects to the node's IPC socket. A worker may not open it, so the privileged process does and passes the connection
 * on, again after each restart of the node.
 *
 * @param path of the socket; by default the target's
 * @param target a pid, or the path of a pid file or a binary; by default the running node
 */
export function directConnector(path: string | undefined, target: string | undefined): Connector {
  if (path !== undefined) return connectorTo(path);
  const findPid = pidFinder(target);
  return connectorTo(() => findSocket(findPid()));
}

/**
 * For a node that is also traced: a named socket has to be its own, otherwise the stream would mix two nodes.
 */
export function tracedConnector(path: string | undefined, target: string | undefined): Connector {
  if (path === undefined) return directConnector(path, target);
  const findPid = pidFinder(target);
  const tracedPid = (): number | null =>
    findPid() ?? resolveTarget(parseTarget(target)).process?.pid ?? null;
  return connectorTo(() => ({ path, reachablePath: path, pid: tracedPid() }));
}

/** In a worker: asks the privileged process. */
export const requestIpcConnection: Connector = async () => {
  const { answer, socket } = await requestCredentials("ipc");
  // Node drops a handle that could not be received.
  if (!socket) throw new CorelensError("IPC_CLOSED", `${answer.path} closed at once`);
  return { path: answer.path, socket };
};
