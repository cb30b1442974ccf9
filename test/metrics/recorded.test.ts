import { join } from "node:path";
import { expect, it } from "vitest";
import { corelens } from "../cli/run-command.ts";
import {
  record,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "../recording/recordings.ts";
import { series, seriesOf } from "./collected.ts";

it("a recording's metrics equal a scrape at its end", async () => {
  const path = join(temporaryDirectory(), "node.corelens");
  const events = simulatedEvents(3000);
  await record(path, SIMULATED_KINDS, events);
  const { stdout, stderr, status } = await corelens("metrics", "--from", path);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const found = seriesOf(stdout);
  const count = (tracepoint: string) =>
    events.filter((event) => event.tracepoint === tracepoint).length;
  expect(found.get("corelens_mempool_added_total")).toBe(count("mempool:added"));
  const added = series("corelens_utxocache_coins_total", { operation: "add" });
  expect(found.get(added)).toBe(count("utxocache:add"));
  const read = series("corelens_events_total", { tracepoint: "net:inbound_message" });
  expect(found.get(read)).toBe(count("net:inbound_message"));
});
