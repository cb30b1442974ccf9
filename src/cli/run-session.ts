import { WORKER_MARK } from "../session/messages.ts";
import type { Notice } from "../session/notice.ts";
import type { TraceSession } from "../session/session.ts";
import type { TracingRequest } from "../session/tracing.ts";

/** What a command asks of the process that attaches for it. */
export interface SessionOptions {
  /** Bytes of the ring buffer, a power of two. */
  readonly ringSize: number;
  /** Milliseconds that an event may wait for others while events come steadily. */
  readonly latencyMs: number;
  /** What to trace; only the privileged process asks. `tell` reaches the other one while it waits. */
  readonly request: (tell: (notice: Notice) => void) => TracingRequest | Promise<TracingRequest>;
}

/** Whether this process was started by an attacher, to do its command without rights. */
export function isWorker(): boolean {
  return process.env[WORKER_MARK] === "1" && process.connected;
}

/**
 * Does a command in two processes: this one attaches, and a copy of it without rights reads and shows. Each loads
 * only its own code, so that the first event shows sooner.
 * @param show what the command does with the stream; only the worker does it
 * @returns the exit status
 */
export async function runSession(
  { ringSize, latencyMs, request }: SessionOptions,
  show: (session: TraceSession) => Promise<number>,
): Promise<number> {
  if (isWorker()) {
    const { openWorkerSession } = await import("../session/worker.ts");
    return show(await openWorkerSession(latencyMs));
  }
  const { runAttacher } = await import("../session/attacher.ts");
  return runAttacher(ringSize, request);
}
