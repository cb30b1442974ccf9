import type { Notice } from "../event/notice.ts";
import type { Connector } from "../node/ipc/connector.ts";
import type { FindAccess } from "../node/rpc/access.ts";
import type { TraceSession } from "../session/attach/session.ts";
import type { TracingRequest } from "../session/attach/tracing.ts";
import type { OpenOutput } from "../session/privilege/credential-broker.ts";
import { ASKS, WORKER_MARK } from "../session/privilege/messages.ts";

/** A command's request to the process that attaches for it. */
export interface SessionOptions {
  /** Bytes of the ring buffer, a power of two. */
  readonly ringSize: number;
  /** Maximum delay of an event under steady load, in milliseconds. */
  readonly latencyMs: number;
  /** The tracing request; only the privileged process calls it. `report` sends notices to the worker meanwhile. */
  readonly request: (report: (notice: Notice) => void) => TracingRequest | Promise<TracingRequest>;
  /** RPC access, for commands that also call the node: the worker's `requestRpcAccess` returns it. */
  readonly rpc?: FindAccess;
  /** IPC access, for commands that also use it: the worker's `requestIpcConnection` returns the connection. */
  readonly ipc?: Connector;
  /** Opens the files that the command writes: the worker's `attachersFile` returns them. */
  readonly openOutput?: OpenOutput;
}

/** Whether this process is a worker: another process started it to run the command without privileges. */
export function isWorker(): boolean {
  return process.env[WORKER_MARK] !== undefined && process.connected;
}

/** Whether this process is a worker of a command that traces nothing. */
export function isAskingWorker(): boolean {
  return isWorker() && process.env[WORKER_MARK] === ASKS;
}

/**
 * Runs a command in two processes: this one attaches; a worker without privileges reads and shows events. Each loads
 * only its own code, so that the first event appears sooner.
 * @param show processes the stream, in the worker only
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
