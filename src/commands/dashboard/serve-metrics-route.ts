import type { FastifyInstance } from "fastify";
import type { EventSource } from "../../event/source.ts";
import { Collector } from "../../metrics/collector.ts";
import { CONTENT_TYPE } from "../../metrics/exposition.ts";
import type { TraceSession } from "../../session/attach/session.ts";
import { tappedSource } from "../../terminal/tapped-source.ts";
import { version } from "../../version.ts";

/** A source of events, possibly with counts of the kernel. */
type CountedSource = EventSource & Partial<Pick<TraceSession, "counts">>;

/** Serves metrics of the events that the dashboard shows. */
export class MetricsRoute {
  #collector = new Collector(null, version(), null);

  add(app: FastifyInstance): void {
    app.get("/metrics", { schema: { hide: true } }, async (_, reply) => {
      return reply.type(CONTENT_TYPE).send(await this.#collector.collect());
    });
  }

  get collector(): Collector {
    return this.#collector;
  }

  /** The source, whose events the collector of metrics takes first. */
  through(source: CountedSource): EventSource {
    const readCounts = source.counts?.bind(source) ?? null;
    const collector = new Collector(source, version(), readCounts);
    this.#collector = collector;
    return tappedSource(source, (events) => collector.see(events, Date.now()));
  }
}
