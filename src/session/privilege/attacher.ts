import { once } from "node:events";
import { closeSync } from "node:fs";
import type { Notice } from "../../event/notice.ts";
import { sendDescriptor, socketPair } from "../../kernel/pass-descriptor.ts";
import { unprivilegedUser } from "../../kernel/privileges.ts";
import type { Tracing, TracingRequest } from "../attach/tracing.ts";
import {
  type NodeAccess,
  type OpenOutput,
  sendCredentials,
  sendFile,
} from "./credential-broker.ts";
import { createDescriptors } from "./descriptors.ts";
import { DESCRIPTORS_SOCKET, type FromAttacher, fromWorker } from "./messages.ts";
import { exitStatusOf, startWorker } from "./worker-process.ts";

/**
 * Runs this command in a second process without privileges, and traces for it.
 *
 * The worker starts first and loads its code while this process loads its own, finds the target and attaches; events
 * meanwhile wait in the ring buffer. Signals are forwarded: the worker handles them, and this process waits for it.
 *
 * @param request called once the worker has started; until it resolves, it can send notices to the worker
 * @param access to the node. A worker never gets more of the node than its RPC cookie and connections to its IPC socket
 * @param openOutput opens the files that the command writes; null when it writes none
 * @returns the worker's exit status
 * @throws CorelensError errors of finding the target and attaching to it; TRACER_GONE when the worker was killed
 */
export async function runAttacher(
  ringSize: number,
  request: (report: (notice: Notice) => void) => TracingRequest | Promise<TracingRequest>,
  access: NodeAccess,
  openOutput: OpenOutput | null = null,
): Promise<number> {
  const [socket, workersSocket] = socketPair();
  const worker = startWorker([[DESCRIPTORS_SOCKET, workersSocket]]);
  closeSync(workersSocket);
  const ended = once(worker, "exit") as Promise<[number | null, NodeJS.Signals]>;
  const send = (message: FromAttacher): void => {
    if (worker.connected) worker.send(message, () => {});
  };
  let tracing: Tracing | undefined;
  let isStopped = false;
  worker.on("message", (raw) => {
    const message = fromWorker(raw);
    switch (message?.type) {
      case "cost?":
        return send({ type: "cost", cost: tracing?.cost() ?? null });
      case "counts?":
        return send({ type: "counts", counts: tracing?.counts() ?? [] });
      case "settings":
        return tracing?.changeSettings(message.settings);
      case "detach":
        isStopped = true;
        tracing?.detach();
        return send({ type: "detached" });
      case "rpc?":
        return void sendCredentials(worker, access, "rpc");
      case "ipc?":
        return void sendCredentials(worker, access, "ipc");
      case "file?":
        if (openOutput) void sendFile(worker, socket, openOutput, message.name);
        return;
      case "suspend":
        // Programs stay attached and the worker continues to read.
        return void process.kill(process.pid, "SIGSTOP");
    }
  });
  try {
    // The kernel takes milliseconds for a ring buffer, and the worker starts meanwhile.
    const descriptors = createDescriptors(ringSize);
    const { ring, shared, ...sizes } = descriptors;
    for (const descriptor of [ring, shared]) sendDescriptor(socket, descriptor);
    send({ type: "begin", sizes, user: unprivilegedUser(process.env) });
    const { Tracing } = await import("../attach/tracing.ts");
    const report = (notice: Notice): void => send({ type: "notice", notice });
    const tracingRequest = await Promise.race([request(report), ended.then(() => null)]);
    if (tracingRequest && !isStopped) {
      // Held until the programs are attached: who reads that they are may rely on it. Events meanwhile wait for their
      // layouts in the ring buffer.
      let held: FromAttacher[] | null = [];
      const deliver = (message: FromAttacher): void => {
        if (held) held.push(message);
        else send(message);
      };
      tracing = new Tracing(tracingRequest, descriptors, {
        onLayouts: (layouts) => deliver({ type: "layouts", layouts }),
        onNotice: (notice) => deliver({ type: "notice", notice }),
      });
      tracing.start();
      for (const message of held) send(message);
      held = null;
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
