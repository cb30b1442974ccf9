import type { StreamEvent } from "../event/notice.ts";
import { KeptRows } from "../model/kept/kept-rows.ts";
import type { NodeModel } from "../model/node-model.ts";
import type { Store } from "./store.ts";

/** Keeps what a model makes of a live stream: passes its rows and seconds to a store. */
export class Keeper {
  readonly #store: Store;
  readonly #rows = new KeptRows();
  /** The first second that was not kept yet, counted from the epoch. */
  #second: number;

  constructor(store: Store, model: NodeModel) {
    this.#store = store;
    this.#second = model.second;
  }

  /** Call it after the model has seen the events. */
  see(events: readonly StreamEvent[]): void {
    for (const event of events) this.#rows.see(event);
  }

  /** Keeps what is new since the last call. Call it several times a second; it does something once a second. */
  tick(model: NodeModel): void {
    if (model.second <= this.#second) return;
    const { begin, step, length, columns } = model.seconds(this.#second);
    this.#second = model.second;
    for (let i = 0; i < length; i++) {
      const sums = Object.entries(columns).map(([name, values]) => [name, values[i]!] as const);
      const known = Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
      this.#store.addSecond(begin + i * step, known);
    }
    this.#store.addRows(this.#rows.take(model.moment));
    void this.#store.tick();
    model.setNotKept(this.#store.problem);
  }

  /** Keeps also what would wait for more events. */
  close(model: NodeModel): Promise<void> {
    this.#store.addRows(this.#rows.rest(model.moment));
    return this.#store.close();
  }
}
