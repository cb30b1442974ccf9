/**
 * corelens counting or filtering in the kernel: `node corelens-counter.js BINARY PROBE count|histogram|filter` prints how
 * many events were counted, or passed the filter.
 */
import { attach } from "#src/session/attach/attach.js";
import { type CountOptions, count } from "#src/session/attach/count.js";
import { sum } from "#src/util/statistics.js";
import { tracerArguments } from "./arguments.ts";

interface Requests {
  readonly count: Partial<CountOptions>;
  readonly histogram: Partial<CountOptions>;
  /** A query that no event passes. */
  readonly filter: string;
}

const REQUESTS: Readonly<Record<string, Requests>> = {
  "net:inbound_message": {
    count: { by: ["msg_type", "connection_type"] },
    histogram: { by: [], histogram: { text: "size", linear: null } },
    filter: "size > 32MB",
  },
  "utxocache:add": {
    count: { by: ["is_coinbase", "height"] },
    histogram: { by: [], histogram: { text: "value", linear: null } },
    filter: "value > 100000000btc",
  },
};

const { target, tracepoint } = tracerArguments();
const requests = REQUESTS[tracepoint]!;
const what = process.argv[4] as keyof Requests;
console.log(what === "filter" ? await filtered(requests.filter) : await counted(requests[what]));

async function filtered(where: string): Promise<number> {
  const session = attach({ target, tracepoints: [tracepoint], where });
  process.once("SIGINT", () => session.stop());
  let passed = 0;
  for await (const events of session.batches()) {
    for (const event of events) if (event.tracepoint === tracepoint) passed++;
  }
  await session.close();
  return passed;
}

async function counted(request: Partial<CountOptions>): Promise<number> {
  const session = count({ target, tracepoints: [tracepoint], ...request });
  process.once("SIGINT", () => session.stop());
  let total = 0;
  for await (const { counts } of session.snapshots(null)) {
    total = sum(counts.groups.map((group) => group.count)) + (counts.overflow?.count ?? 0);
  }
  await session.close();
  return total;
}
