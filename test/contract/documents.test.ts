import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { rangeText } from "../../src/contract/release.ts";
import { ERRORS, EXIT_STATUSES } from "../../src/errors.ts";
import { METRICS } from "../../src/metrics/table/table.ts";
import { CALLBACKS } from "../../src/node/ipc/callbacks.ts";
import { IPC_EVENTS } from "../../src/node/ipc/events.ts";
import { POLLS } from "../../src/node/ipc/polls.ts";
import { STATE_CALLS } from "../../src/node/state/calls.ts";
import { EQUIVALENT_EVENTS } from "../../src/session/source/merged/equivalent-events.ts";

interface Generator {
  tracepointsDocument(tracepoints: typeof TRACEPOINTS, toText: typeof rangeText): string;
  errorsDocument(errors: typeof ERRORS, exitStatuses: typeof EXIT_STATUSES): string;
}

const ipc = { events: IPC_EVENTS, twins: EQUIVALENT_EVENTS, callbacks: CALLBACKS, polls: POLLS };

interface SchemaGenerator {
  eventSchema(tracepoints: typeof TRACEPOINTS, tables: typeof ipc): string;
}

interface CoverageGenerator {
  coverageDocument(tracepoints: typeof TRACEPOINTS, tables: typeof ipc): string;
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
const coverageFile = new URL("scripts/coverage.js", repository).href;
const { coverageDocument }: CoverageGenerator = await import(coverageFile);

it.each([
  ["docs/tracepoints.md", generator.tracepointsDocument(TRACEPOINTS, rangeText)],
  ["docs/events.schema.json", eventSchema(TRACEPOINTS, ipc)],
  ["docs/coverage.md", coverageDocument(TRACEPOINTS, ipc)],
  ["docs/errors.md", generator.errorsDocument(ERRORS, EXIT_STATUSES)],
  ["docs/metrics.md", metricsDocument(METRICS, STATE_CALLS, OTHER_METRICS)],
])("%s says what the code says (npm run docs)", async (name, text) => {
  expect(await readFile(new URL(name, repository), "utf8")).toBe(text);
});
