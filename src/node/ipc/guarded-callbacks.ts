import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { CorelensError } from "../../errors.ts";
import type { CallbackName } from "./callbacks.ts";
import type { Connector } from "./connector.ts";
import type { FromGuard, ToGuard } from "./guard-messages.ts";

type GuardMessage<T extends FromGuard["type"]> = FromGuard & { readonly type: T };

/** Receives the events of callbacks. */
export interface GuardedListener {
  /** Confirm the events with `taken` once they are consumed. */
  events(batch: GuardMessage<"events">): void;
  /** @param kinds the number of event kinds from now on */
  registered(kinds: number): void;
  /** This callback starts once the node has finished its initial block download. */
  waiting(callback: CallbackName): void;
  failed(error: CorelensError): void;
}

/** The node's callbacks, held by a guard process (guard.ts) so that this process may be killed. */
export class GuardedCallbacks {
  readonly #guard: ChildProcess;
  /** Resolves with the reason when no callback is registered any more. */
  readonly ended: Promise<string>;

  constructor(connector: Connector, callbacks: readonly CallbackName[], listener: GuardedListener) {
    const program = fileURLToPath(new URL("./guard-process.js", import.meta.url));
    this.#guard = spawn(process.execPath, [program], {
      detached: true,
      cwd: "/",
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    yieldMemoryFirst();
    let reason = "the guard process was killed, which also ends a node with registered callbacks";
    this.#guard.on("message", (message: FromGuard) => {
      switch (message.type) {
        case "ready":
          // Not earlier: a handle sent to a process that has ended stays open and keeps this process alive.
          connector().then(
            ({ path, socket }) => this.#send({ type: "begin", path, callbacks }, socket),
            (error) => {
              reason = String(error.message);
              // The guard has no callbacks.
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
        ? `the guard process could not start; this user needs read access to ${program}`
        : reason,
    );
  }

  /** Confirms consumed events; the guard may send the same number again. */
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

/** When memory runs out, the kernel should kill this process rather than the guard, which would crash the node. */
function yieldMemoryFirst(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not Linux.
  }
}
