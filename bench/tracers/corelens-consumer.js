/**
 * corelens as a program that uses it: every event is streamed, decoded and counted. `node corelens-consumer.js BINARY PROBE`
 * prints how many there were.
 */
import { attach } from "../../dist/session/attach/attach.js";

const [target, tracepoint] = process.argv.slice(2);
const session = attach({ target, tracepoints: [tracepoint] });
process.once("SIGINT", () => session.stop());
let delivered = 0;
for await (const events of session.batches()) {
  for (const event of events) if (event.tracepoint === tracepoint) delivered++;
}
await session.close();
console.log(delivered);
