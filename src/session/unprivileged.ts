import { once } from "node:events";
import { becomeUser, unprivilegedUser } from "../kernel/privileges.ts";
import { giveTo, type Ways } from "./keeper.ts";
import { type FromAttacher, type FromKeeper, fromWorker } from "./messages.ts";
import { exitStatusOf, startWorker } from "./worker-process.ts";

/**
 * Runs the command that root started in a second process without rights, for commands that ask the node and attach
 * nothing: what the node answers, peers' texts among it, is decoded there. This process only finds the node's
 * RPC server and reads its cookie, or connects to its IPC socket.
 * @returns the worker's exit status
 * @throws CorelensError TRACER_GONE when the worker was killed
 */
export async function runUnprivileged(ways: Ways): Promise<number> {
  const worker = startWorker([]);
  const ended = once(worker, "exit") as Promise<[number | null, NodeJS.Signals]>;
  worker.send({ type: "become", user: unprivilegedUser(process.env) } satisfies FromKeeper);
  worker.on("message", (raw) => {
    const word = fromWorker(raw)?.type;
    if (word === "rpc?") void giveTo(worker, ways, "rpc");
    if (word === "ipc?") void giveTo(worker, ways, "ipc");
  });
  return exitStatusOf(await ended);
}

/** In the worker: gives up its rights. All code must be loaded before: its files may not be readable afterwards. */
export function dropRights(): Promise<void> {
  return new Promise((resolve) => {
    process.on("message", (message: FromAttacher) => {
      if (message.type !== "become") return;
      if (message.user) becomeUser(message.user);
      resolve();
    });
  });
}
