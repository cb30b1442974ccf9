import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { rangeText } from "../../src/contract/release.ts";
import { ERRORS, EXIT_STATUSES } from "../../src/errors.ts";

interface Generator {
  tracepointsDocument(tracepoints: typeof TRACEPOINTS, toText: typeof rangeText): string;
  errorsDocument(errors: typeof ERRORS, exitStatuses: typeof EXIT_STATUSES): string;
}

interface SchemaGenerator {
  eventSchema(tracepoints: typeof TRACEPOINTS): string;
}

const repository = new URL("../../", import.meta.url);
const generator: Generator = await import(new URL("scripts/generate-docs.js", repository).href);
const schemaFile = new URL("scripts/event-schema.js", repository).href;
const { eventSchema }: SchemaGenerator = await import(schemaFile);

it.each([
  ["docs/tracepoints.md", generator.tracepointsDocument(TRACEPOINTS, rangeText)],
  ["docs/events.schema.json", eventSchema(TRACEPOINTS)],
  ["docs/errors.md", generator.errorsDocument(ERRORS, EXIT_STATUSES)],
])("%s says what the code says (npm run docs)", async (name, text) => {
  expect(await readFile(new URL(name, repository), "utf8")).toBe(text);
});
