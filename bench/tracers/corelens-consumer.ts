/**
 * corelens as a library: streams, decodes and counts every event. `node corelens-consumer.js BINARY PROBE` prints how many
 * there were.
 */
import { attach } from "#src/session/attach/attach.js";
import { tracerArguments } from "./arguments.ts";

const { target, tracepoint } = tracerArguments();
const session = attach({ target, tracepoints: [tracepoint] });
process.once("SIGINT", () => session.stop());
let delivered = 0;
for await (const events of session.batches()) {
  for (const event of events) if (event.tracepoint === tracepoint) delivered++;
}
await session.close();
console.log(delivered);
