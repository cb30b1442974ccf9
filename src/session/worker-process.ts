import { type ChildProcess, spawn } from "node:child_process";
import { CorelensError } from "../errors.ts";
import { narrowChildren } from "../kernel/privileges.ts";
import { ASKS, TRACES, WORKER_MARK } from "./messages.ts";

/**
 * Starts the same command once more, without rights but to load its code and to become another user. Signals are
 * passed on: it decides what they mean.
 * @param inherited descriptors, each with the number that it has in the worker
 */
export function startWorker(
  inherited: readonly (readonly [number: number, descriptor: number])[],
): ChildProcess {
  narrowChildren();
  const stdio: ("inherit" | "ipc" | number)[] = ["inherit", "inherit", "inherit", "ipc"];
  for (const [number, descriptor] of inherited) stdio[number] = descriptor;
  const worker = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [WORKER_MARK]: inherited.length > 0 ? TRACES : ASKS },
    stdio,
  });
  const forward = (signal: NodeJS.Signals): void => void worker.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, forward);
  return worker;
}

/**
 * How a worker ended, as its event tells it.
 * @throws CorelensError TRACER_GONE when it was killed
 */
export function exitStatusOf([status, signal]: readonly [number | null, NodeJS.Signals]): number {
  if (status !== null) return status;
  throw new CorelensError("TRACER_GONE", `the worker was ended by ${signal}`);
}
