import type { Rows } from "../../counting/group-map.ts";
import { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { TraceSettings } from "../../event/trace-settings.ts";
import { receiveDescriptor } from "../../kernel/pass-descriptor.ts";
import { becomeUser } from "../../kernel/privileges.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import { TraceSession, type TracingControl } from "../attach/session.ts";
import { DESCRIPTORS_SOCKET, type FromAttacher, type FromWorker } from "./messages.ts";
import { PendingRequest } from "./pending-request.ts";

/**
 * Opens the session of a worker: gives up its privileges, then reads the events of the attacher's programs.
 * Load all code before: its files may be unreadable afterwards.
 */
export function openWorkerSession(latencyMs: number): Promise<TraceSession> {
  return new Promise((resolve) => {
    let session: TraceSession | undefined;
    const attacher = new AttacherControl();
    process.on("message", (message: FromAttacher) => {
      switch (message.type) {
        case "begin":
          if (message.user) becomeUser(message.user);
          session = new TraceSession(receiveDescriptors(message.sizes), attacher, latencyMs);
          return resolve(session);
        case "layouts":
          return session?.add(message.layouts);
        case "notice":
          return session?.report(message.notice);
        case "cost":
          return attacher.costs.answer(message.cost);
        case "counts":
          return attacher.counted.answer(message.counts);
        case "detached":
          return attacher.onDetached();
      }
    });
    process.on("disconnect", () => {
      attacher.onDetached();
      attacher.costs.answer(null);
      attacher.counted.answer([]);
      session?.fail(new CorelensError("TRACER_GONE", "the privileged process ended"));
    });
  });
}

function receiveDescriptors(sizes: Omit<ReaderDescriptors, "ring" | "shared">): ReaderDescriptors {
  const [ring, shared] = [DESCRIPTORS_SOCKET, DESCRIPTORS_SOCKET].map(receiveDescriptor);
  return { ...sizes, ring: ring!, shared: shared! };
}

/** Controls the attacher by messages. */
class AttacherControl implements TracingControl {
  readonly costs = new PendingRequest<Cost | null>(() => this.#send({ type: "cost?" }), null);
  readonly counted = new PendingRequest<readonly (readonly Rows[])[]>(
    () => this.#send({ type: "counts?" }),
    [],
  );
  #onDetached: () => void = () => {};
  readonly #detached = new Promise<void>((resolve) => {
    this.#onDetached = resolve;
  });

  detach(): Promise<void> {
    this.#send({ type: "detach" });
    return this.#detached;
  }

  cost(): Promise<Cost | null> {
    return this.costs.ask();
  }

  counts(): Promise<readonly (readonly Rows[])[]> {
    return this.counted.ask();
  }

  changeSettings(settings: TraceSettings): void {
    this.#send({ type: "settings", settings });
  }

  close(): void {
    if (process.connected) process.disconnect();
  }

  onDetached(): void {
    this.#onDetached();
  }

  #send(message: FromWorker): boolean {
    if (!process.connected) return false;
    // `send` returns false when the channel is full; the message is still delivered.
    process.send?.(message);
    return true;
  }
}
