import { isNotice, type StreamEvent } from "../event/notice.ts";
import { ChainWatch } from "../model/chain/chain-watch.ts";
import { Flushes } from "../model/coins/flushes.ts";
import { History } from "../model/history.ts";
import { MempoolFlow } from "../model/mempool/flow.ts";
import { Attempts } from "../model/wallet/attempts.ts";

/** The folds in src/model/ that metrics show. Metrics are totals, so the histories need no time. */
export class MetricModel {
  readonly chain = new ChainWatch();
  readonly mempool = new MempoolFlow(new History(0));
  readonly flushes = new Flushes();
  readonly attempts = new Attempts(new History(0));

  see(event: StreamEvent): void {
    this.chain.see(event);
    if (isNotice(event)) return;
    this.mempool.take(event);
    if (event.tracepoint === "utxocache:flush") this.flushes.take(event);
    if (event.tracepoint.startsWith("coin_selection:")) this.attempts.take(event);
  }
}
