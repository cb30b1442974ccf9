/**
 * corelens as `corelens metrics` uses it: the same is counted in the kernel, nothing is delivered.
 * `node corelens-metrics.js BINARY PROBE` prints how many events were counted.
 */

import { decodeRows } from "../../dist/counting/group.js";
import { COUNTS, countRequest } from "../../dist/metrics/table/table.js";
import { openSession } from "../../dist/session/attach/open-session.js";

const RING_SIZE = 4096;
const LATENCY_MS = 100;

const [target, tracepoint] = process.argv.slice(2);
const counts = COUNTS.filter(({ tracepoints }) => tracepoints.includes(tracepoint)).map((count) =>
  countRequest(count, false),
);
const session = openSession({ target, events: null, counts }, RING_SIZE, LATENCY_MS);
process.once("SIGINT", () => session.stop());
for await (const _ of session.batches());
const rows = (await session.counts())
  .flat()
  .filter(({ layout }) => layout.tracepoint === tracepoint);
const groups = rows
  .map(decodeRows)
  .flatMap(({ groups, overflow }) => [...groups, overflow ?? []].flat());
await session.close();
console.log(groups.reduce((sum, { count }) => sum + count, 0));
