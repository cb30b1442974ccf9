import { KIND_NAMES } from "../../model/incidents/kinds.ts";
import type { Label } from "../label.ts";
import type { ModelMetric } from "../metric.ts";

const KIND: Label = {
  name: "kind",
  meaning: "the kind of incident, as in docs/log.md",
  values: KIND_NAMES,
};

export const INCIDENT_METRICS: readonly ModelMetric[] = [
  {
    name: "corelens_incidents_total",
    type: "counter",
    help: "Incidents. A kind whose tracepoints the node lacks stays 0. tracepoint_off and payloads_read happen only in the dashboard.",
    labels: [KIND],
    from: "model",
    on: ["validation:block_connected"],
    read: ({ incidents }, take) => {
      for (const [kind, count] of Object.entries(incidents.totals)) take(count, kind);
    },
  },
];
