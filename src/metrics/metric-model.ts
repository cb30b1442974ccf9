import type { EventKind } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { Flushes } from "../model/coins/flushes.ts";
import { History } from "../model/history.ts";
import { IncidentWatch } from "../model/incidents/incident-watch.ts";
import { MempoolFlow } from "../model/mempool/flow.ts";
import { Attempts } from "../model/wallet/attempts.ts";

/** The folds in src/model/ that metrics show. Metrics are totals, so the histories need no time. */
export class MetricModel {
  readonly #watch = new IncidentWatch({ readsAddresses: false });
  readonly chain = this.#watch.chain;
  readonly incidents = this.#watch.incidents;
  readonly mempool = new MempoolFlow(new History(0));
  readonly flushes = new Flushes();
  readonly attempts = new Attempts(new History(0));

  learn(kinds: readonly EventKind[]): void {
    this.#watch.learn(kinds);
  }

  /** Lets time pass without an event. @param now ms since the epoch */
  advance(now: number): void {
    this.#watch.advance(now);
  }

  see(event: StreamEvent): void {
    this.#watch.see(event);
    if (isNotice(event)) return;
    this.mempool.take(event);
    if (event.tracepoint === "utxocache:flush") this.flushes.take(event);
    if (event.tracepoint.startsWith("coin_selection:")) this.attempts.take(event);
  }
}
