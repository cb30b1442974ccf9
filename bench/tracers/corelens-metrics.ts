/**
 * corelens as `corelens metrics` uses it: it counts the same in the kernel and delivers nothing.
 * `node corelens-metrics.js BINARY PROBE` prints how many events were counted.
 */
import { decodeRows } from "#src/counting/group.js";
import { COUNTS, countRequest } from "#src/metrics/table/table.js";
import { openSession } from "#src/session/attach/open-session.js";
import { sum } from "#src/util/statistics.js";
import { tracerArguments } from "./arguments.ts";

const RING_SIZE = 4096;
const LATENCY_MS = 100;

const { target, tracepoint } = tracerArguments();
const counts = COUNTS.filter(({ tracepoints }) =>
  tracepoints.some((name) => name === tracepoint),
).map((count) => countRequest(count, false));
const session = openSession({ target, events: null, counts }, RING_SIZE, LATENCY_MS);
process.once("SIGINT", () => session.stop());
for await (const _ of session.batches());
const groups = (await session.counts())
  .flat()
  .filter(({ layout }) => layout.tracepoint === tracepoint)
  .map(decodeRows)
  .flatMap(({ groups, overflow }) => (overflow ? [...groups, overflow] : groups));
await session.close();
console.log(sum(groups.map(({ count }) => count)));
