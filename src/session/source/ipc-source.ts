import { setTimeout as sleep } from "node:timers/promises";
import type { Field } from "../../contract/types.ts";
import { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { RawEvent } from "../../event/event.ts";
import type { EventKind } from "../../event/kind.ts";
import { type LossCounters, NOTHING } from "../../event/loss.ts";
import type { StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { WallClock } from "../../kernel/clock.ts";
import { CALLBACKS, type CallbackName } from "../../node/ipc/callbacks.ts";
import { type Connector, connectorTo } from "../../node/ipc/connector.ts";
import {
  fieldsOf,
  IPC_EVENTS,
  type IpcEventName,
  type RawIpcEvent,
  threadOf,
} from "../../node/ipc/events.ts";
import { followTip } from "../../node/ipc/follow-tip.ts";
import { NODE_STOPS } from "../../node/ipc/guard-messages.ts";
import { GuardedCallbacks } from "../../node/ipc/guarded-callbacks.ts";
import { IpcConnection } from "../../node/ipc/ipc-connection.ts";

/** The interval of attempts to reconnect to a node that ended. */
const RETRY_MS = 200;

/** Which events to request through IPC. */
export interface IpcSelection {
  /** The callbacks to register through a guard process. */
  readonly callbacks: readonly CallbackName[];
  /** Whether to include whole transactions. */
  readonly payloads?: boolean;
  /** Selects kinds of events; by default all. */
  readonly isWanted?: (name: IpcEventName) => boolean;
}

/**
 * Events from a node's IPC: changes of its tip, by polling, and registered callbacks. It continues when the node
 * restarts.
 */
export class IpcSource implements EventSource {
  readonly kinds: readonly EventKind[];
  readonly #connector: Connector;
  readonly #fields: ReadonlyMap<string, readonly Field[]>;
  readonly #callbacks: readonly CallbackName[];
  readonly #clock = new WallClock();
  readonly #tallies = new Map<string, LossCounters>();
  readonly #stopping = new AbortController();
  #ipc: IpcConnection;
  #guard: GuardedCallbacks | null = null;
  #batch: StreamEvent[] = [];
  /** The number of events in the batch that the guard waits to see consumed. */
  #guarded = 0;
  #wake: () => void = () => {};
  #isOver = false;
  #coins = 0;
  #nanoseconds = 0;

  private constructor(connector: Connector, selection: IpcSelection, ipc: IpcConnection) {
    const { callbacks, payloads = false, isWanted = () => true } = selection;
    this.#connector = connector;
    this.#callbacks = callbacks;
    this.#ipc = ipc;
    const names = ["ipc:tip_changed", ...callbacks.flatMap((name) => CALLBACKS[name].events)];
    this.kinds = Object.entries(IPC_EVENTS)
      .filter(([name]) => names.includes(name) && isWanted(name as IpcEventName))
      .map(([name, { fields }]) => {
        const wanted = (fields as readonly Field[]).filter(
          ({ type }) => payloads || type !== "bytes",
        );
        return { name, fields: wanted };
      });
    this.#fields = new Map(this.kinds.map(({ name, fields }) => [name, fields]));
    for (const { name } of this.kinds) {
      this.#tallies.set(name, { ...NOTHING });
    }
  }

  /**
   * @param socket the path of the socket, or a connector
   * @throws CorelensError IPC_*, NO_PERMISSION
   */
  static async open(socket: string | Connector, selection: IpcSelection): Promise<IpcSource> {
    const { callbacks } = selection;
    const connector = typeof socket === "string" ? connectorTo(socket) : socket;
    const ipc = await IpcConnection.open(connector);
    const missing = callbacks.filter((name) => !ipc.capability(CALLBACKS[name].of));
    if (missing.length > 0 || !ipc.mining) {
      ipc.close();
      const what = missing.length > 0 ? `callbacks for ${missing.join(", ")}` : "Mining";
      throw new CorelensError("IPC_UNSUPPORTED", `this node does not offer ${what}`);
    }
    return new IpcSource(connector, selection, ipc);
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    const following = this.#follow().finally(() => {
      this.#isOver = true;
      this.#wake();
    });
    for (;;) {
      const batch = this.#batch;
      const guarded = this.#guarded;
      this.#batch = [];
      this.#guarded = 0;
      if (batch.length + guarded > 0) {
        if (batch.length > 0) yield batch;
        this.#guard?.taken(guarded);
      } else if (this.#isOver) {
        break;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    await following;
  }

  tallies(): Map<string, LossCounters> {
    return this.#tallies;
  }

  /** The cost of coin callbacks, each of which blocks the node; null until some arrive without a pause. */
  async cost(): Promise<Cost | null> {
    if (this.#coins === 0) return null;
    return { nanosecondsPerHit: this.#nanoseconds / this.#coins, runs: this.#coins };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#guard?.stop();
    this.#ipc.close();
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** Resolves after `stop`. */
  async #follow(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const ipc = this.#ipc;
      const pid = ipc.pid ?? 0;
      if (this.#callbacks.length > 0) {
        this.#startGuard(ipc, pid);
      } else {
        this.#attached(pid, this.kinds.length);
        followTip(ipc, (event) => this.#add(pid, event)).catch((error) => this.#reportError(error));
      }
      await ipc.closed;
      await this.#guard?.stop();
      if (this.#stopping.signal.aborted) return;
      this.#push({ tracepoint: "corelens:ended", time: Date.now(), pid });
      await this.#reconnect();
    }
    this.#ipc.close();
  }

  async #reconnect(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await sleep(RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
      try {
        this.#ipc = await IpcConnection.open(this.#connector);
        return;
      } catch (error) {
        if (!(error instanceof CorelensError)) throw error;
      }
    }
  }

  #startGuard(ipc: IpcConnection, pid: number): void {
    const guard = new GuardedCallbacks(this.#connector, this.#callbacks, {
      events: ({ events, lost, pace }) => {
        for (const event of events) this.#add(pid, event);
        this.#guarded += events.length;
        for (const [name, count] of Object.entries(lost)) this.#lost(name, count);
        this.#coins = pace.coins;
        this.#nanoseconds = pace.nanoseconds;
        this.#wake();
      },
      registered: (kinds) => this.#attached(pid, kinds),
      waiting: (name) => {
        const message = `callbacks for ${name} start after the node's initial block download`;
        this.#reportError(new CorelensError("IPC_BUSY", message));
      },
      failed: (error) => this.#reportError(error),
    });
    this.#guard = guard;
    let isConnected = true;
    ipc.closed.then(() => {
      isConnected = false;
    });
    guard.ended.then((reason) => {
      if (!isConnected || this.#stopping.signal.aborted || reason === NODE_STOPS) return;
      this.#reportError(new CorelensError("IPC_REFUSED", `callbacks have ended: ${reason}`));
    });
  }

  #add(pid: number, raw: RawIpcEvent): void {
    const wanted = this.#fields.get(raw.name);
    if (!wanted) return;
    this.#clock.refresh();
    const { fields, unreadable } = fieldsOf(raw, wanted);
    const tally = this.#tallies.get(raw.name)!;
    tally.delivered++;
    if (unreadable.length > 0) tally.unreadable++;
    const event: RawEvent = {
      tracepoint: raw.name,
      time: this.#clock.fromMonotonic(raw.ktime),
      ktime: raw.ktime,
      ...threadOf(raw.thread),
      cpu: 0,
      pid,
      ...fields,
      ...(unreadable.length > 0 && { unreadable }),
    };
    this.#push(event);
  }

  #lost(name: string, lost: number): void {
    const tally = this.#tallies.get(name);
    if (!tally) return;
    tally.lost += lost;
    this.#push({ tracepoint: "corelens:lost", time: Date.now(), lost_tracepoint: name, lost });
  }

  #attached(pid: number, tracepoints: number): void {
    const binary = this.#ipc.path;
    this.#push({ tracepoint: "corelens:attached", time: Date.now(), binary, pid, tracepoints });
  }

  /** A closed connection is reported as `corelens:ended`, not here. */
  #reportError(error: unknown): void {
    if (!(error instanceof CorelensError)) throw error;
    const { code, message } = error;
    if (code === "IPC_CLOSED") return;
    this.#push({ tracepoint: "corelens:error", time: Date.now(), code, message });
  }

  #push(event: StreamEvent): void {
    this.#batch.push(event);
    this.#wake();
  }
}
