import type { RawIpcEvent } from "./events.ts";
import type { Pace } from "./guard-messages.ts";

/** Maximum events that the consumer has not confirmed; further events are dropped and counted. */
const MAX_UNTAKEN = 100_000;
/** A longer gap between two coins counts as a pause. */
const PAUSE_NS = 1_000_000;

/** A batch of events, with the losses since the previous batch. */
export interface Batch {
  readonly events: readonly RawIpcEvent[];
  readonly lost: Readonly<Record<string, number>>;
  readonly pace: Pace;
}

/** Queues the events of callbacks in bounded memory, without waiting. */
export class EventQueue {
  #events: RawIpcEvent[] = [];
  #lost: Record<string, number> = {};
  #hasLost = false;
  #untaken = 0;
  #coins = 0;
  #nanoseconds = 0;
  #lastCoin = 0;

  push(event: RawIpcEvent): void {
    if (event.name.startsWith("ipc:utxo_")) this.#follow(Number(event.ktime));
    if (this.#untaken >= MAX_UNTAKEN) {
      this.#hasLost = true;
      this.#lost[event.name] = (this.#lost[event.name] ?? 0) + 1;
      return;
    }
    this.#untaken++;
    this.#events.push(event);
  }

  /** Confirms that the consumer has received this number of events. */
  taken(events: number): void {
    this.#untaken -= events;
  }

  /** The events and losses since the last call; null if there are none. */
  drain(): Batch | null {
    if (this.#events.length === 0 && !this.#hasLost) return null;
    const pace = { coins: this.#coins, nanoseconds: this.#nanoseconds };
    const batch = { events: this.#events, lost: this.#lost, pace };
    this.#events = [];
    this.#lost = {};
    this.#hasLost = false;
    return batch;
  }

  #follow(ktime: number): void {
    const gap = ktime - this.#lastCoin;
    this.#lastCoin = ktime;
    if (gap > PAUSE_NS) return;
    this.#coins++;
    this.#nanoseconds += gap;
  }
}
