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
 * Holds callbacks for its parent process, so that the node survives whatever happens to the parent. It answers the node
 * at once, forwards events, and watches for a reason to end:
 *
 *     the parent ends ────────┐
 *     a signal, a request ────┼─► deregister all callbacks ─► the node has released them ─► close, exit
 *     the node shuts down ────┘
 *
 * A node that shuts down with registered callbacks aborts, some 100 ms after the request. So the guard polls the node
 * every 20 ms and deregisters all callbacks at once, each on its own thread. On a busy machine this can be too late, but
 * before that the node reports that its chain state was flushed and waits for the answer. The guard answers only after
 * the other callbacks are deregistered. That is why it always registers the chain's callbacks, and first.
 *
 * The connection stays open as long as the node may hold a callback.
 */
const SHUTDOWN_CHECK_MS = 20;
/** The callbacks that can delay the node's shutdown. */
const SHUTDOWN_CALLBACK = "chain";
/** `bitcoin-node-4711/b-shutoff-4711` */
const SHUTDOWN_THREAD = /\/b-shutoff-/;
const MAX_SHUTDOWN_DELAY_MS = 5000;
/** Delay of an event, to send several together. */
const FLUSH_MS = 5;

export class CallbackGuard {
  readonly #send: (message: FromGuard) => void;
  readonly #queue = new EventQueue();
  readonly #callbacks: Callback[] = [];
  /** Number of event kinds that the node reports, including the tip's. */
  #kinds = 1;
  #ending: string | null = null;
  #isClosed = false;
  #flushing: NodeJS.Timeout | undefined;

  constructor(send: (message: FromGuard) => void) {
    this.#send = send;
  }

  /** Starts the deregistration. @param reason for the parent */
  end(reason: string): void {
    this.#ending ??= reason;
  }

  taken(events: number): void {
    this.#queue.taken(events);
  }

  /** Resolves when no callback is registered any more. */
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

  /** Resolves when the guard must end. */
  async #register(ipc: IpcConnection, names: readonly CallbackName[]): Promise<void> {
    const needed: CallbackName[] = [SHUTDOWN_CALLBACK, ...names];
    const missing = needed.filter((name) => !ipc.capability(CALLBACKS[name].of));
    const state = ipc.chain ?? ipc.node;
    if (missing.length > 0 || !state) {
      throw new CorelensError(
        "IPC_UNSUPPORTED",
        `this node has no callbacks for ${missing.join(", ")}`,
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
    const atOnce = names.filter((name) => name !== "utxo" && name !== SHUTDOWN_CALLBACK);
    await register([SHUTDOWN_CALLBACK, ...atOnce]);
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
      undecodable: (error) => this.#fail(error),
    });
    this.#callbacks.push(callback);
    if (isWanted) this.#kinds += CALLBACKS[name].events.length;
  }

  /** The node's shutdown waits until this resolves. */
  async #holdShutdown(): Promise<undefined> {
    this.end(NODE_STOPS);
    const disconnected = Promise.allSettled(this.#callbacks.map((one) => one.disconnect()));
    await Promise.race([disconnected, sleep(MAX_SHUTDOWN_DELAY_MS)]);
  }

  #take(event: RawIpcEvent): void {
    this.#queue.push(event);
    this.#flushing ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** Deregisters the shutdown callback last. A callback that remains keeps the connection open until the node closes it. */
  async #deregister(ipc: IpcConnection): Promise<void> {
    const [shutdownCallback, ...others] = this.#callbacks;
    const ended = await Promise.allSettled(others.map((callback) => callback.end()));
    ended.push(...(await Promise.allSettled([shutdownCallback?.end()])));
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

  /** Reports an error and continues, because registered callbacks must be deregistered in any case. */
  #fail(error: unknown): void {
    const known =
      error instanceof CorelensError ? error : new CorelensError("IPC_REFUSED", String(error));
    this.#send({ type: "failed", ...known.problem });
  }
}
