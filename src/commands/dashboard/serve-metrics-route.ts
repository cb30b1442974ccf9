import type { FastifyInstance } from "fastify";
import type { StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { Collector } from "../../metrics/collector.ts";
import { CONTENT_TYPE } from "../../metrics/exposition.ts";
import type { TraceSession } from "../../session/attach/session.ts";
import { version } from "../../version.ts";

/** The metrics of a dashboard: what is shown there goes through here, and /metrics tells what it amounts to. */
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

  /** The session's events, which the metrics see first. What is counted in the kernel is asked for when it is told. */
  through(session: TraceSession): EventSource {
    const collector = new Collector(session, version(), () => session.counts());
    this.#collector = collector;
    async function* batches(): AsyncGenerator<StreamEvent[]> {
      for await (const events of session.batches()) {
        collector.see(events, Date.now());
        yield events;
      }
    }
    return {
      get kinds() {
        return session.kinds;
      },
      batches,
      tallies: () => session.tallies(),
      cost: () => session.cost(),
      steer: (steering) => session.steer(steering),
      stop: () => session.stop(),
      close: () => session.close(),
    };
  }
}
