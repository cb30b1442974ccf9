import type { Rows } from "../counting/group-map.ts";
import { CorelensError } from "../errors.ts";
import { becomeUser } from "../kernel/privileges.ts";
import type { Cost } from "./cost-meter.ts";
import type { FromAttacher, FromWorker } from "./messages.ts";
import { TraceSession, type TracingControl } from "./session.ts";
import type { Steering } from "./steering.ts";

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
          return attacher.onCost(message.cost);
        case "counts":
          return attacher.onCounts(message.counts);
        case "detached":
          return attacher.onDetached();
      }
    });
    process.on("disconnect", () => {
      attacher.onDetached();
      attacher.onCost(null);
      attacher.onCounts([]);
      session?.fail(new CorelensError("TRACER_GONE", "the privileged process ended"));
    });
  });
}

/** The attacher's side of a session, by messages. */
class AttacherControl implements TracingControl {
  #onDetached: () => void = () => {};
  #onCost: (cost: Cost | null) => void = () => {};
  #onCounts: (counts: readonly (readonly Rows[])[]) => void = () => {};
  readonly #detached = new Promise<void>((resolve) => {
    this.#onDetached = resolve;
  });

  detach(): Promise<void> {
    this.#send({ type: "detach" });
    return this.#detached;
  }

  cost(): Promise<Cost | null> {
    return new Promise((resolve) => {
      this.#onCost = resolve;
      if (!this.#send({ type: "cost?" })) resolve(null);
    });
  }

  counts(): Promise<readonly (readonly Rows[])[]> {
    return new Promise((resolve) => {
      this.#onCounts = resolve;
      if (!this.#send({ type: "counts?" })) resolve([]);
    });
  }

  steer(steering: Steering): void {
    this.#send({ type: "steer", steering });
  }

  close(): void {
    if (process.connected) process.disconnect();
  }

  onDetached(): void {
    this.#onDetached();
  }

  onCounts(counts: readonly (readonly Rows[])[]): void {
    this.#onCounts(counts);
  }

  onCost(cost: Cost | null): void {
    this.#onCost(cost);
  }

  #send(message: FromWorker): boolean {
    return process.connected && process.send?.(message) === true;
  }
}
