import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { rangeText } from "../../src/contract/release.ts";
import { ERRORS, EXIT_STATUSES } from "../../src/errors.ts";
import { METRICS } from "../../src/metrics/table/table.ts";
import { STATE_CALLS } from "../../src/node/state/calls.ts";

interface Generator {
  tracepointsDocument(tracepoints: typeof TRACEPOINTS, toText: typeof rangeText): string;
  errorsDocument(errors: typeof ERRORS, exitStatuses: typeof EXIT_STATUSES): string;
}

interface SchemaGenerator {
  eventSchema(tracepoints: typeof TRACEPOINTS): string;
}

interface MetricsGenerator {
  metricsDocument(metrics: typeof METRICS, calls: typeof STATE_CALLS, others: unknown): string;
}

const repository = new URL("../../", import.meta.url);
const generator: Generator = await import(new URL("scripts/generate-docs.js", repository).href);
const schemaFile = new URL("scripts/event-schema.js", repository).href;
const { eventSchema }: SchemaGenerator = await import(schemaFile);
const metricsFile = new URL("scripts/metrics-document.js", repository).href;
const { metricsDocument }: MetricsGenerator = await import(metricsFile);
const othersFile = new URL("scripts/other-metrics.js", repository).href;
const { OTHER_METRICS }: { OTHER_METRICS: unknown } = await import(othersFile);

it.each([
  ["docs/tracepoints.md", generator.tracepointsDocument(TRACEPOINTS, rangeText)],
  ["docs/events.schema.json", eventSchema(TRACEPOINTS)],
  ["docs/errors.md", generator.errorsDocument(ERRORS, EXIT_STATUSES)],
  ["docs/metrics.md", metricsDocument(METRICS, STATE_CALLS, OTHER_METRICS)],
])("%s says what the code says (npm run docs)", async (name, text) => {
  expect(await readFile(new URL(name, repository), "utf8")).toBe(text);
});
