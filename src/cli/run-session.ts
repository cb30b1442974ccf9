import type { TraceSession } from "../session/session.ts";
import type { TracingRequest } from "../session/tracing.ts";
import { isWorker, openWorkerSession } from "../session/worker.ts";

/**
 * Does a command in two processes: this one attaches, and a copy of it without rights reads and shows.
 * @param request what to trace; only the privileged process asks
 * @param show what the command does with the stream; only the worker does it
 * @returns the exit status
 */
export async function runSession(
  request: () => TracingRequest | Promise<TracingRequest>,
  latencyMs: number,
  show: (session: TraceSession) => Promise<number>,
): Promise<number> {
  if (isWorker()) return show(await openWorkerSession(latencyMs));
  const { runAttacher } = await import("../session/attacher.ts");
  return runAttacher(await request());
}
