import { once } from "node:events";
import type { Problem } from "../../errors.ts";
import { becomeUser, canBecome, unprivilegedUser } from "../../kernel/privileges.ts";
import { type NodeAccess, sendCredentials } from "./credential-broker.ts";
import { type FromAttacher, type FromBroker, fromWorker } from "./messages.ts";
import { exitStatusOf, startWorker } from "./worker-process.ts";

/** Whether root can start a process as another user; in a container it may lack the capability. */
export function canChangeUser(): boolean {
  const user = unprivilegedUser(process.env);
  return user !== null && canBecome(user);
}

/**
 * Runs a command that root started, and that attaches nothing, in a second process without privileges. That process
 * decodes the node's answers and recordings, which hold data from peers. This process only finds the node's RPC server
 * and reads its cookie, or connects to its IPC socket.
 * @param obstacle why tracing is impossible; null when it is not needed
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
    const type = fromWorker(raw)?.type;
    if (type === "rpc?") void sendCredentials(worker, access, "rpc");
    if (type === "ipc?") void sendCredentials(worker, access, "ipc");
  });
  return exitStatusOf(await ended);
}

/**
 * In the worker: gives up its privileges. The worker ends when the privileged process does.
 * @param prepare loads files that may be unreadable afterwards
 * @returns also `leave`, which closes the channel to the privileged process so that this one can exit
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
