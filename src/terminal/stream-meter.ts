import type { Cost } from "../event/cost.ts";
import { type LossCounters, sumOf } from "../event/loss.ts";
import type { EventSource } from "../event/source.ts";

const PERIOD_MS = 2000;

/** Measures losses, cost and rate of a stream at intervals. */
export class StreamMeter {
  readonly #source: EventSource;
  readonly #timer: NodeJS.Timeout;
  #tallies: ReadonlyMap<string, LossCounters>;
  #cost: Cost | null = null;
  #hits = 0;
  #hitsPerSecond = 0;
  #time = performance.now();

  constructor(source: EventSource) {
    this.#source = source;
    this.#tallies = source.tallies();
    this.#timer = setInterval(() => this.#measure(), PERIOD_MS);
  }

  get state() {
    return { tallies: this.#tallies, cost: this.#cost, hitsPerSecond: this.#hitsPerSecond };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #measure(): void {
    const now = performance.now();
    this.#tallies = this.#source.tallies();
    const { delivered, lost } = sumOf(this.#tallies);
    const hits = delivered + lost;
    this.#hitsPerSecond = (hits - this.#hits) / ((now - this.#time) / 1000);
    this.#hits = hits;
    this.#time = now;
    void this.#source.cost().then((cost) => {
      this.#cost = cost;
    });
  }
}
