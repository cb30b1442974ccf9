import type { Sample } from "./family.ts";
import { escaped } from "./label.ts";
import type { Metric } from "./metric.ts";

/** A metric with its samples in one scrape. */
export interface Exposed {
  readonly metric: Pick<Metric, "name" | "help" | "type">;
  readonly samples: readonly Sample[];
}

/** Prometheus' text format. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes metrics in Prometheus' text format. */
export function expositionOf(exposed: readonly Exposed[]): string {
  const texts = exposed.map(({ metric: { name, help, type }, samples }) =>
    [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...samples.map(lineOf)].join(
      "\n",
    ),
  );
  return `${texts.join("\n\n")}\n`;
}

function lineOf({ metricName, labels, value }: Sample): string {
  return `${metricName}${labels === "" ? "" : `{${labels}}`} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value < 0 ? "-Inf" : "+Inf";
}
