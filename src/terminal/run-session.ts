import type { Notice } from "../event/notice.ts";
import type { Connector } from "../node/ipc/connector.ts";
import type { FindAccess } from "../node/rpc/access.ts";
import type { TraceSession } from "../session/attach/session.ts";
import type { TracingRequest } from "../session/attach/tracing.ts";
import type { OpenOutput } from "../session/privilege/credential-broker.ts";
import { ASKS, WORKER_MARK } from "../session/privilege/messages.ts";

/** What a command asks of the process that attaches for it. */
export interface SessionOptions {
  /** Bytes of the ring buffer, a power of two. */
  readonly ringSize: number;
  /** Milliseconds that an event may wait for others while events come steadily. */
  readonly latencyMs: number;
  /** What to trace; only the privileged process asks. `tell` reaches the other one while it waits. */
  readonly request: (tell: (notice: Notice) => void) => TracingRequest | Promise<TracingRequest>;
  /** How the node is asked, where the command asks it too: the worker's `requestRpcAccess` then answers. */
  readonly rpc?: FindAccess;
  /** How its IPC socket is reached, where the command uses it too: the worker's `requestIpcConnection` then connects. */
  readonly ipc?: Connector;
  /** Opens the files that the command writes: the worker's `attachersFile` is then handed them. */
  readonly openOutput?: OpenOutput;
}

/** Whether this process was started by another, to do its command without rights. */
export function isWorker(): boolean {
  return process.env[WORKER_MARK] !== undefined && process.connected;
}

/** Whether it is one for which nothing is traced. */
export function isAskingWorker(): boolean {
  return isWorker() && process.env[WORKER_MARK] === ASKS;
}

/**
 * Does a command in two processes: this one attaches, and a copy of it without rights reads and shows. Each loads
 * only its own code, so that the first event shows sooner.
 * @param show what the command does with the stream; only the worker does it
 * @returns the exit status
 */
export async function runSession(
  { ringSize, latencyMs, request, rpc, ipc, openOutput }: SessionOptions,
  show: (session: TraceSession) => Promise<number>,
): Promise<number> {
  if (isWorker()) {
    const { openWorkerSession } = await import("../session/privilege/worker.ts");
    return show(await openWorkerSession(latencyMs));
  }
  const { runAttacher } = await import("../session/privilege/attacher.ts");
  return runAttacher(ringSize, request, { rpc: rpc ?? null, ipc: ipc ?? null }, openOutput);
}
