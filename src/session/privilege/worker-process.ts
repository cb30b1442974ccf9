import { type ChildProcess, spawn } from "node:child_process";
import { CorelensError } from "../../errors.ts";
import { narrowChildren } from "../../kernel/privileges.ts";
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
  const forward = (signal: NodeJS.Signals): void => {
    passedOn.add(signal);
    worker.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, forward);
  return worker;
}

/** A terminal sends its signals to both processes, so one that is passed on may find the worker ending already. */
const passedOn = new Set<NodeJS.Signals>();

/**
 * How a worker ended, as its event tells it. One that was ended by a signal that meant it did as it was told.
 * @throws CorelensError TRACER_GONE when it was killed
 */
export function exitStatusOf([status, signal]: readonly [number | null, NodeJS.Signals]): number {
  if (status !== null) return status;
  if (passedOn.has(signal)) return 0;
  throw new CorelensError("TRACER_GONE", `the worker was ended by ${signal}`);
}
