import type { RawIpcEvent } from "./events.ts";
import type { Pace } from "./guard-messages.ts";

/** Events that may be on their way to who consumes them; beyond, they are counted and dropped. */
const MAX_UNTAKEN = 100_000;
/** A coin that follows the last one this closely came without a pause. */
const PAUSE_NS = 1_000_000;

/** A batch of events, with what was lost since the last one. */
export interface Batch {
  readonly events: readonly RawIpcEvent[];
  readonly lost: Readonly<Record<string, number>>;
  readonly pace: Pace;
}

/** Where callbacks leave their events: in bounded memory, without ever waiting. */
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

  /** So many events arrived at their consumer. */
  taken(events: number): void {
    this.#untaken -= events;
  }

  /** What there is since the last time; null when there is nothing. */
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
