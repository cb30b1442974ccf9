import { CorelensError } from "../errors.ts";
import { type Door, doorTo } from "../node/ipc/door.ts";
import { findSocket } from "../node/ipc/find-socket.ts";
import { askKeeper } from "./ask-keeper.ts";

/**
 * How a command gets at the node's IPC socket. With two processes the worker may not open it, so the privileged one
 * does, and hands over the connection; again after the node was started again.
 *
 * @param path of the socket; the running node's is searched for when left out
 */
export function directDoor(path: string | undefined): Door {
  return doorTo(path ?? findSocket);
}

/** Asks the privileged process; for a worker. */
export const attachersDoor: Door = async () => {
  const { answer, socket } = await askKeeper("ipc");
  // A handle that could not be received is left out.
  if (!socket) throw new CorelensError("IPC_CLOSED", `${answer.path} closed at once`);
  return { path: answer.path, socket };
};
