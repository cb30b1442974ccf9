import type { ChildProcess } from "node:child_process";
import { CorelensError } from "../errors.ts";
import type { Door } from "../node/ipc/door.ts";
import type { FindAccess } from "../node/rpc/access.ts";
import type { FromKeeper } from "./messages.ts";

/** How the privileged process gets at what a command may ask of the node; null where it may not. */
export interface Ways {
  readonly rpc: FindAccess | null;
  readonly ipc: Door | null;
}

/** Answers a worker that asks for one of them. */
export async function giveTo(worker: ChildProcess, ways: Ways, thing: keyof Ways): Promise<void> {
  const send = (message: FromKeeper, socket?: Parameters<ChildProcess["send"]>[1]): void => {
    if (worker.connected) worker.send(message, socket, {}, () => {});
  };
  try {
    if (thing === "rpc" && ways.rpc) {
      send({ type: "rpc", access: await ways.rpc() });
    } else if (thing === "ipc" && ways.ipc) {
      const { path, socket } = await ways.ipc();
      send({ type: "ipc", path }, socket);
    }
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    const { code, message, cure } = error;
    send({ type: "refused", thing, code, message, cure });
  }
}
