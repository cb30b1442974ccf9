import { type ChildProcess, spawn } from "node:child_process";
import { CorelensError } from "../../errors.ts";
import { narrowChildren } from "../../kernel/privileges.ts";
import { ASKS, TRACES, WORKER_MARK } from "./messages.ts";
import { WORKER_OPTIONS } from "./worker-options.ts";

/**
 * Starts this command again as a worker, with only the rights to load its code and to become another user. Signals are
 * forwarded to it.
 * @param inherited descriptors, each with its number in the worker
 */
export function startWorker(
  inherited: readonly (readonly [number: number, descriptor: number])[],
): ChildProcess {
  narrowChildren();
  const stdio: ("inherit" | "ipc" | number)[] = ["inherit", "inherit", "inherit", "ipc"];
  for (const [number, descriptor] of inherited) stdio[number] = descriptor;
  const options = [...WORKER_OPTIONS, ...process.execArgv];
  const worker = spawn(process.execPath, [...options, ...process.argv.slice(1)], {
    env: {
      // The worker has one busy thread; each further arena of malloc would keep memory that it no longer uses.
      MALLOC_ARENA_MAX: "1",
      ...process.env,
      [WORKER_MARK]: inherited.length > 0 ? TRACES : ASKS,
      // Node parses them at its start, for tens of milliseconds, and a worker makes no TLS connection.
      NODE_EXTRA_CA_CERTS: undefined,
    },
    stdio,
  });
  const forward = (signal: NodeJS.Signals): void => {
    forwarded.add(signal);
    worker.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, forward);
  return worker;
}

/** A terminal signals both processes, so the worker may already be ending when a signal is forwarded. */
const forwarded = new Set<NodeJS.Signals>();

/**
 * The exit status of a worker, 0 when a forwarded signal ended it.
 * @throws CorelensError TRACER_GONE when it was killed
 */
export function exitStatusOf([status, signal]: readonly [number | null, NodeJS.Signals]): number {
  if (status !== null) return status;
  if (forwarded.has(signal)) return 0;
  throw new CorelensError("TRACER_GONE", `signal ${signal} ended the worker`);
}
