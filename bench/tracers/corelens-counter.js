/**
 * corelens asking in the kernel instead of reading events: `node corelens-counter.js BINARY PROBE count|histogram|filter`
 * prints how many were counted, or passed.
 */
import { attach } from "../../dist/session/attach/attach.js";
import { count } from "../../dist/session/attach/count.js";

const QUESTIONS = {
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

const [target, tracepoint, question] = process.argv.slice(2);
const asked = QUESTIONS[tracepoint][question];
const tracepoints = [tracepoint];
const session =
  question === "filter"
    ? attach({ target, tracepoints, where: asked })
    : count({ target, tracepoints, ...asked });
process.once("SIGINT", () => session.stop());
if (question === "filter") {
  let passed = 0;
  for await (const events of session.batches()) {
    for (const event of events) if (event.tracepoint === tracepoint) passed++;
  }
  console.log(passed);
} else {
  for await (const { counts } of session.snapshots(null)) {
    const { groups, overflow } = counts;
    console.log(groups.reduce((sum, group) => sum + group.count, overflow?.count ?? 0));
  }
}
await session.close();
