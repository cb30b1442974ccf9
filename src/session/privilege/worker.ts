import type { Rows } from "../../counting/group-map.ts";
import { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { TraceSettings } from "../../event/trace-settings.ts";
import { becomeUser } from "../../kernel/privileges.ts";
import { TraceSession, type TracingControl } from "../attach/session.ts";
import type { FromAttacher, FromWorker } from "./messages.ts";
import { PendingRequest } from "./pending-request.ts";

/**
 * The session of a worker: it gives up its rights first and then reads what the attacher's programs deliver.
 * All code must be loaded before: its files may not be readable afterwards.
 */
export function openWorkerSession(latencyMs: number): Promise<TraceSession> {
  return new Promise((resolve) => {
    let session: TraceSession | undefined;
    const attacher = new AttacherControl();
    process.on("message", (message: FromAttacher) => {
      switch (message.type) {
        case "begin":
          if (message.user) becomeUser(message.user);
          session = new TraceSession(message.descriptors, attacher, latencyMs);
          return resolve(session);
        case "layouts":
          return session?.add(message.layouts);
        case "notice":
          return session?.tell(message.notice);
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

/** The attacher's side of a session, by messages. */
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

  steer(steering: TraceSettings): void {
    this.#send({ type: "steer", steering });
  }

  close(): void {
    if (process.connected) process.disconnect();
  }

  onDetached(): void {
    this.#onDetached();
  }

  #send(message: FromWorker): boolean {
    if (!process.connected) return false;
    // False from it means that the channel is full: the message still goes out, and is answered.
    process.send?.(message);
    return true;
  }
}
