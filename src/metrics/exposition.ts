import { type Counter, Registry } from "prom-client";
import type { Sample } from "./family.ts";
import type { Metric } from "./metric.ts";

/** What a scrape finds of a metric. */
export interface Exposed {
  readonly metric: Metric;
  readonly samples: readonly Sample[];
}

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Writes metrics in Prometheus' text format.
 *
 * prom-client's own metrics count by hashing labels at every event, and have no histograms that were made elsewhere.
 * So it is given what its registry asks of a metric: name, help, type and values.
 */
export function expositionOf(exposed: readonly Exposed[]): Promise<string> {
  const registry = new Registry();
  for (const { metric, samples } of exposed) {
    const { name, help, type } = metric;
    const answer = { name, help, type, values: samples };
    registry.registerMetric({ name, get: async () => answer } as unknown as Counter);
  }
  return registry.metrics();
}
