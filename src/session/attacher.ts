import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CorelensError } from "../errors.ts";
import { narrowChildren, unprivilegedUser } from "../kernel/privileges.ts";
import type { ReaderDescriptors } from "../tracer/event-reader.ts";
import { createDescriptors } from "./descriptors.ts";
import {
  type FromAttacher,
  fromWorker,
  RING_DESCRIPTOR,
  SHARED_DESCRIPTOR,
  WORKER_MARK,
} from "./messages.ts";
import type { Notice } from "./notice.ts";
import type { Tracing, TracingRequest } from "./tracing.ts";

/**
 * Runs the command that this process was started for in a second process without rights, and traces for it.
 *
 * The worker is started first and loads its code while this process loads its own, finds the target and attaches;
 * events that happen meanwhile wait in the ring buffer. Signals are passed on: the worker decides what they mean,
 * this process waits for it.
 *
 * @param request is asked once the worker is on its way; until it answers it can tell the worker what it waits for
 * @returns the worker's exit status
 * @throws CorelensError of finding the target and attaching to it; TRACER_GONE when the worker was killed
 */
export async function runAttacher(
  ringSize: number,
  request: (tell: (notice: Notice) => void) => TracingRequest | Promise<TracingRequest>,
): Promise<number> {
  const descriptors = createDescriptors(ringSize);
  const worker = startWorker(descriptors);
  const ended = once(worker, "exit") as Promise<[number | null, NodeJS.Signals]>;
  const send = (message: FromAttacher): void => {
    // A worker that ended takes no more messages; its end is awaited below.
    if (worker.connected) worker.send(message, () => {});
  };
  send({
    type: "begin",
    descriptors: { ...descriptors, ring: RING_DESCRIPTOR, shared: SHARED_DESCRIPTOR },
    user: unprivilegedUser(process.env),
  });
  let tracing: Tracing | undefined;
  worker.on("message", (raw) => {
    switch (fromWorker(raw)?.type) {
      case "cost?":
        return send({ type: "cost", cost: tracing?.cost() ?? null });
      case "detach":
        tracing?.close();
        return send({ type: "detached" });
    }
  });
  try {
    const { Tracing } = await import("./tracing.ts");
    const tell = (notice: Notice): void => send({ type: "notice", notice });
    // The request may wait for long, and a worker that is stopped meanwhile waits for nothing.
    const wanted = await Promise.race([request(tell), ended.then(() => null)]);
    if (wanted === null) return statusOf(await ended);
    tracing = new Tracing(wanted, descriptors, {
      onLayouts: (layouts) => send({ type: "layouts", layouts }),
      onNotice: tell,
    });
    tracing.start();
    const end = await ended;
    tracing.close();
    return statusOf(end);
  } catch (error) {
    worker.kill("SIGKILL");
    await ended;
    throw error;
  }
}

function statusOf([status, signal]: [number | null, NodeJS.Signals]): number {
  if (status !== null) return status;
  throw new CorelensError("TRACER_GONE", `the worker was ended by ${signal}`);
}

/** The same command once more, with the maps' descriptors and without rights. */
function startWorker({ ring, shared }: ReaderDescriptors): ChildProcess {
  narrowChildren();
  const stdio: ("inherit" | "ipc" | number)[] = ["inherit", "inherit", "inherit", "ipc"];
  stdio[RING_DESCRIPTOR] = ring;
  stdio[SHARED_DESCRIPTOR] = shared;
  const worker = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [WORKER_MARK]: "1" },
    stdio,
  });
  const forward = (signal: NodeJS.Signals): void => void worker.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, forward);
  return worker;
}
