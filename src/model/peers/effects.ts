import type { RawEvent } from "../../event/event.ts";
import { textIn } from "../../event/fields.ts";
import { BoundedMap } from "../../util/bounded-map.ts";

/** What the messages of a peer certainly caused. */
export interface EffectsView {
  /** Transactions that entered the mempool. */
  readonly added: number;
  /** Transactions that were rejected, by reason, most first. */
  readonly rejected: readonly (readonly [reason: string, count: number])[];
  /** Blocks that were connected. */
  readonly connected: number;
}

/** Reasons that are counted apart. */
const MAX_REASONS = 20;

/** Counts what the messages of a peer caused. */
export class Effects {
  #added = 0;
  #connected = 0;
  readonly #rejected = new BoundedMap(MAX_REASONS, () => ({ count: 0 }));

  add(event: RawEvent): void {
    switch (event.tracepoint) {
      case "mempool:added":
        this.#added++;
        break;
      case "mempool:rejected":
        this.#rejected.get(textIn(event, "reason") ?? "").count++;
        break;
      case "validation:block_connected":
        this.#connected++;
    }
  }

  view(): EffectsView {
    const rejected = this.#rejected.map((reason, { count }) => [reason, count] as const);
    return {
      added: this.#added,
      rejected: rejected.sort(([, a], [, b]) => b - a),
      connected: this.#connected,
    };
  }
}
