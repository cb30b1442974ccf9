import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { CorelensError } from "../../errors.ts";
import type { CallbackName } from "./callbacks.ts";
import type { Connector } from "./connector.ts";
import type { FromGuard, ToGuard } from "./guard-messages.ts";

type Told<T extends FromGuard["type"]> = FromGuard & { readonly type: T };

/** What happens to callbacks. */
export interface GuardedListener {
  /** To be confirmed with `taken` once they were consumed. */
  events(batch: Told<"events">): void;
  /** @param kinds of events that come from now on */
  registered(kinds: number): void;
  /** Its callbacks begin once the node has the chain. */
  waiting(callback: CallbackName): void;
  failed(error: CorelensError): void;
}

/** Callbacks of the node's, held by a guard process of their own (guard.ts): this process may be killed. */
export class GuardedCallbacks {
  readonly #guard: ChildProcess;
  /** Resolves with the reason when nothing is registered any more. */
  readonly ended: Promise<string>;

  constructor(door: Connector, callbacks: readonly CallbackName[], listener: GuardedListener) {
    const program = fileURLToPath(new URL("./guard-process.js", import.meta.url));
    this.#guard = spawn(process.execPath, [program], {
      detached: true,
      cwd: "/",
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    yieldMemoryFirst();
    let reason = "the guard process was killed; the node did not survive that if it had callbacks";
    this.#guard.on("message", (message: FromGuard) => {
      switch (message.type) {
        case "ready":
          // Not before: a connection that is sent to a process that ended stays open here, and keeps this one.
          door().then(
            ({ path, socket }) => this.#send({ type: "begin", path, callbacks }, socket),
            (error) => {
              reason = String(error.message);
              // It has nothing to guard.
              if (this.#guard.connected) this.#guard.disconnect();
            },
          );
          break;
        case "events":
          listener.events(message);
          break;
        case "registered":
          listener.registered(message.kinds);
          break;
        case "waiting":
          listener.waiting(message.callback);
          break;
        case "failed":
          listener.failed(CorelensError.from(message));
          break;
        case "ended":
          reason = message.reason;
      }
    });
    this.ended = once(this.#guard, "exit").then(([status]) =>
      status
        ? `the guard process could not start; this user has to be able to read ${program}`
        : reason,
    );
  }

  /** So many events were consumed: the guard may send as many more. */
  taken(events: number): void {
    this.#send({ type: "taken", events });
  }

  /** Deregisters everything. */
  async stop(): Promise<void> {
    this.#send({ type: "stop" });
    await this.ended;
  }

  #send(message: ToGuard, socket?: Socket): void {
    if (this.#guard.connected) this.#guard.send(message, socket, {}, () => {});
  }
}

/** When memory runs out, this process is the one to be killed, not the guard: the node lives by that one. */
function yieldMemoryFirst(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not Linux.
  }
}
