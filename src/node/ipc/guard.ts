import { setTimeout as sleep } from "node:timers/promises";
import { CorelensError } from "../../errors.ts";
import { CALLBACKS, Callback, type CallbackName } from "./callbacks.ts";
import type { OpenSocket } from "./connector.ts";
import { EventQueue } from "./event-queue.ts";
import { ktimeNow, type RawIpcEvent } from "./events.ts";
import { followTip } from "./follow-tip.ts";
import { type FromGuard, NODE_STOPS } from "./guard-messages.ts";
import { IpcConnection } from "./ipc-connection.ts";
import { nodeThreadOf } from "./worker-threads.ts";

/**
 * Holds callbacks for another process, so that the node outlives whatever happens to that one. It does nothing but
 * answer the node at once, pass on what it was told, and look for a reason to end:
 *
 *     the other process is gone ─┐
 *     a signal, a request ───────┼─► deregister everything ─► the node has dropped it all ─► close, end
 *     the node shuts down ───────┘
 *
 * A node that is shut down with callbacks registered aborts. Between the request and that moment lie some 100 ms, so
 * the node is asked every 20 ms, and all callbacks are deregistered at once, each on a thread of its own. On a machine
 * that has too much to do even that may be too late; but before that moment the node tells that its chain is on disk,
 * and waits for the answer, which is given when the rest is deregistered. So the callbacks of the chain are always
 * registered, and first.
 *
 * As long as the node may still hold a callback, the connection stays open, however long that takes.
 */
const SHUTDOWN_CHECK_MS = 20;
/** The callbacks by which the node's shutdown can be held up, for a moment. */
const BRAKE = "chain";
/** `bitcoin-node-4711/b-shutoff-4711` */
const SHUTDOWN_THREAD = /\/b-shutoff-/;
const LONGEST_HOLD_MS = 5000;
/** An event waits so long for others to leave with. */
const FLUSH_MS = 5;

export class Guard {
  readonly #send: (message: FromGuard) => void;
  readonly #queue = new EventQueue();
  readonly #callbacks: Callback[] = [];
  /** Of events that come; the tip's is one. */
  #kinds = 1;
  #ending: string | null = null;
  #isClosed = false;
  #flushing: NodeJS.Timeout | undefined;

  constructor(send: (message: FromGuard) => void) {
    this.#send = send;
  }

  /** Says that it is time to deregister, and why. */
  end(reason: string): void {
    this.#ending ??= reason;
  }

  taken(events: number): void {
    this.#queue.taken(events);
  }

  /** Resolves when nothing is registered any more. */
  async run(connected: OpenSocket, names: readonly CallbackName[]): Promise<void> {
    let ipc: IpcConnection;
    try {
      ipc = await IpcConnection.open(async () => connected);
    } catch (error) {
      this.#fail(error);
      return;
    }
    ipc.closed.then((error) => {
      this.#isClosed = true;
      this.end(error.message);
    });
    try {
      await this.#register(ipc, names);
    } catch (error) {
      if (!this.#isClosed) this.#fail(error);
    }
    await this.#deregister(ipc);
    this.#flush();
    ipc.close();
    this.#send({ type: "ended", reason: this.#ending ?? "" });
  }

  /** Resolves when it is time to end. */
  async #register(ipc: IpcConnection, names: readonly CallbackName[]): Promise<void> {
    const needed: CallbackName[] = [BRAKE, ...names];
    const lacking = needed.filter((name) => !ipc.capability(CALLBACKS[name].of));
    const state = ipc.chain ?? ipc.node;
    if (lacking.length > 0 || !state) {
      throw new CorelensError(
        "IPC_UNSUPPORTED",
        `this node has no callbacks for ${lacking.join(", ")}`,
      );
    }
    followTip(ipc, (event) => this.#take(event)).catch((error) => {
      if (!this.#isClosed) this.#fail(error);
    });
    const register = async (wanted: readonly CallbackName[]): Promise<void> => {
      for (const name of wanted) {
        if (await this.#shutDown(state)) return;
        await this.#registerOne(ipc, name, names.includes(name));
      }
      this.#send({ type: "registered", kinds: this.#kinds });
    };
    const atOnce = names.filter((name) => name !== "utxo" && name !== BRAKE);
    await register([BRAKE, ...atOnce]);
    if (names.includes("utxo")) {
      if (await state.isInitialBlockDownload()) this.#send({ type: "waiting", callback: "utxo" });
      while (!(await this.#shutDown(state)) && (await state.isInitialBlockDownload())) {
        await sleep(SHUTDOWN_CHECK_MS);
      }
      await register(["utxo"]);
    }
    while (!(await this.#shutDown(state))) await sleep(SHUTDOWN_CHECK_MS);
  }

  async #shutDown(state: { shutdownRequested(): Promise<boolean> }): Promise<boolean> {
    if (this.#ending === null && (await state.shutdownRequested())) this.end(NODE_STOPS);
    return this.#ending !== null;
  }

  async #registerOne(ipc: IpcConnection, name: CallbackName, isWanted: boolean): Promise<void> {
    const thread = await ipc.makeThread(`corelens ${name}`);
    const callback = await Callback.register(ipc.capability(CALLBACKS[name].of)!, thread, name, {
      event: (event, values, context) => {
        if (!isWanted) return;
        const thread = nodeThreadOf(context?.thread);
        this.#take({ name: event, ktime: ktimeNow(), thread, values });
      },
      flushed: (context) => {
        return SHUTDOWN_THREAD.test(nodeThreadOf(context?.thread) ?? "")
          ? this.#holdShutdown()
          : undefined;
      },
      misunderstood: (error) => this.#fail(error),
    });
    this.#callbacks.push(callback);
    if (isWanted) this.#kinds += CALLBACKS[name].events.length;
  }

  /** The node's shutdown waits for this. */
  async #holdShutdown(): Promise<undefined> {
    this.end(NODE_STOPS);
    const disconnected = Promise.allSettled(this.#callbacks.map((one) => one.disconnect()));
    await Promise.race([disconnected, sleep(LONGEST_HOLD_MS)]);
  }

  #take(event: RawIpcEvent): void {
    this.#queue.push(event);
    this.#flushing ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** The brake last. Whatever could not be deregistered keeps the connection open until the node ends it. */
  async #deregister(ipc: IpcConnection): Promise<void> {
    const [brake, ...others] = this.#callbacks;
    const ended = await Promise.allSettled(others.map((callback) => callback.end()));
    ended.push(...(await Promise.allSettled([brake?.end()])));
    const left = ended.find((end) => end.status === "rejected");
    if (!left || this.#isClosed) return;
    this.#fail(left.reason);
    await ipc.closed;
  }

  #flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    const batch = this.#queue.drain();
    if (batch) this.#send({ type: "events", ...batch });
  }

  /** Told, and nothing more: whatever it is, what is registered has to be deregistered. */
  #fail(error: unknown): void {
    const known =
      error instanceof CorelensError ? error : new CorelensError("IPC_REFUSED", String(error));
    this.#send({ type: "failed", ...known.problem });
  }
}
