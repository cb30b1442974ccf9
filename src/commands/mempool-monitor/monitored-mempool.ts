import type { StreamEvent } from "../../event/notice.ts";
import { isNotice } from "../../event/notice.ts";
import { History } from "../../model/history.ts";
import { Mempool } from "../../model/mempool/mempool.ts";

/** The mempool with its history since the first event. */
export class MonitoredMempool {
  /** Time of the first event, in ms since the epoch; null before it. */
  since: number | null = null;
  #history = new History(0);
  #mempool = new Mempool(this.#history);

  get history(): History {
    return this.#history;
  }

  get flow(): Mempool["flow"] {
    return this.#mempool.flow;
  }

  get log(): Mempool["log"] {
    return this.#mempool.log;
  }

  take(event: StreamEvent): void {
    if (this.since === null) {
      this.since = event.time;
      this.#history = new History(event.time);
      this.#mempool = new Mempool(this.#history);
    }
    this.#history.advance(event.time);
    if (!isNotice(event)) this.#mempool.see(event);
  }

  /** Advances the time. @param now ms since the epoch */
  advance(now: number): void {
    if (this.since !== null) this.#history.advance(now);
  }
}
