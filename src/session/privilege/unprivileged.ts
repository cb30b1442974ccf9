import { once } from "node:events";
import type { Problem } from "../../errors.ts";
import { becomeUser, canBecome, unprivilegedUser } from "../../kernel/privileges.ts";
import { type NodeAccess, sendCredentials } from "./credential-broker.ts";
import { type FromAttacher, type FromBroker, fromWorker } from "./messages.ts";
import { exitStatusOf, startWorker } from "./worker-process.ts";

/** Whether root can have a second process without rights; one in a container may not be allowed to. */
export function canChangeUser(): boolean {
  const user = unprivilegedUser(process.env);
  return user !== null && canBecome(user);
}

/**
 * Runs the command that root started in a second process without rights, for commands that attach nothing: what the
 * node answers and what recordings hold, peers' texts among it, is decoded there. This process only finds the node's
 * RPC server and reads its cookie, or connects to its IPC socket.
 * @param obstacle why nothing is traced; null where nothing was to be
 * @returns the worker's exit status
 * @throws CorelensError TRACER_GONE when the worker was killed
 */
export async function runUnprivileged(
  access: NodeAccess,
  obstacle: Problem | null,
): Promise<number> {
  const worker = startWorker([]);
  const ended = once(worker, "exit") as Promise<[number | null, NodeJS.Signals]>;
  const user = unprivilegedUser(process.env);
  worker.send({ type: "become", user, obstacle } satisfies FromBroker);
  worker.on("message", (raw) => {
    const word = fromWorker(raw)?.type;
    if (word === "rpc?") void sendCredentials(worker, access, "rpc");
    if (word === "ipc?") void sendCredentials(worker, access, "ipc");
  });
  return exitStatusOf(await ended);
}

/**
 * In the worker: gives up its rights. It is stopped when the other process is gone.
 * @param prepare loads what may not be readable afterwards
 * @returns also how the worker parts from the other process; the channel to it would keep this one
 */
export async function dropRights<Prepared>(
  prepare: (obstacle: Problem | null) => Promise<Prepared>,
): Promise<{ readonly prepared: Prepared; readonly leave: () => void }> {
  const stop = (): void => void process.kill(process.pid, "SIGTERM");
  process.once("disconnect", stop);
  const leave = (): void => {
    process.off("disconnect", stop);
    if (process.connected) process.disconnect();
  };
  try {
    const { user, obstacle } = await orders();
    const prepared = await prepare(obstacle);
    if (user) becomeUser(user);
    return { prepared, leave };
  } catch (error) {
    leave();
    throw error;
  }
}

function orders(): Promise<FromBroker & { readonly type: "become" }> {
  return new Promise((resolve) => {
    process.on("message", (message: FromAttacher) => {
      if (message.type === "become") resolve(message);
    });
  });
}
