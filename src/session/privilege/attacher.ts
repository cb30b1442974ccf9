import { once } from "node:events";
import { closeSync } from "node:fs";
import type { Notice } from "../../event/notice.ts";
import { socketPair } from "../../kernel/pass-descriptor.ts";
import { unprivilegedUser } from "../../kernel/privileges.ts";
import type { Tracing, TracingRequest } from "../attach/tracing.ts";
import {
  giveFile,
  type NodeAccess,
  type OpenOutput,
  sendCredentials,
} from "./credential-broker.ts";
import { createDescriptors } from "./descriptors.ts";
import {
  FILES_DESCRIPTOR,
  type FromAttacher,
  fromWorker,
  RING_DESCRIPTOR,
  SHARED_DESCRIPTOR,
} from "./messages.ts";
import { exitStatusOf, startWorker } from "./worker-process.ts";

/**
 * Runs the command that this process was started for in a second process without rights, and traces for it.
 *
 * The worker is started first and loads its code while this process loads its own, finds the target and attaches;
 * events that happen meanwhile wait in the ring buffer. Signals are passed on: the worker decides what they mean,
 * this process waits for it.
 *
 * @param request is asked once the worker is on its way; until it answers it can tell the worker what it waits for
 * @param access to the node, for a command that asks it too: its cookie and connections to its IPC socket are the only
 *   things of the node that a worker is ever given
 * @param openOutput opens the files that the command writes; null where it writes none
 * @returns the worker's exit status
 * @throws CorelensError of finding the target and attaching to it; TRACER_GONE when the worker was killed
 */
export async function runAttacher(
  ringSize: number,
  request: (tell: (notice: Notice) => void) => TracingRequest | Promise<TracingRequest>,
  access: NodeAccess,
  openOutput: OpenOutput | null = null,
): Promise<number> {
  const descriptors = createDescriptors(ringSize);
  const [files, workersFiles] = openOutput ? socketPair() : [];
  const worker = startWorker([
    [RING_DESCRIPTOR, descriptors.ring],
    [SHARED_DESCRIPTOR, descriptors.shared],
    ...(workersFiles === undefined ? [] : [[FILES_DESCRIPTOR, workersFiles] as const]),
  ]);
  if (workersFiles !== undefined) closeSync(workersFiles);
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
  let isStopped = false;
  worker.on("message", (raw) => {
    const message = fromWorker(raw);
    switch (message?.type) {
      case "cost?":
        return send({ type: "cost", cost: tracing?.cost() ?? null });
      case "counts?":
        return send({ type: "counts", counts: tracing?.counts() ?? [] });
      case "steer":
        return tracing?.steer(message.steering);
      case "detach":
        isStopped = true;
        tracing?.detach();
        return send({ type: "detached" });
      case "rpc?":
        return void sendCredentials(worker, access, "rpc");
      case "ipc?":
        return void sendCredentials(worker, access, "ipc");
      case "file?":
        if (openOutput) void giveFile(worker, files!, openOutput, message.name);
        return;
      case "suspend":
        // What is attached stays attached meanwhile, and the worker reads on.
        return void process.kill(process.pid, "SIGSTOP");
    }
  });
  try {
    const { Tracing } = await import("../attach/tracing.ts");
    const tell = (notice: Notice): void => send({ type: "notice", notice });
    const asked = await Promise.race([request(tell), ended.then(() => null)]);
    if (asked && !isStopped) {
      tracing = new Tracing(asked, descriptors, {
        onLayouts: (layouts) => send({ type: "layouts", layouts }),
        onNotice: tell,
      });
      tracing.start();
    }
    const end = await ended;
    tracing?.close();
    return exitStatusOf(end);
  } catch (error) {
    worker.kill("SIGKILL");
    await ended;
    throw error;
  }
}
