import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isNotice } from "../../src/event/notice.ts";
import { replay } from "../../src/recording/replay.ts";
import { read } from "./recordings.ts";

/** What corelens 0.1 recorded: `node` where there is `pid` now. */
const PATH = fileURLToPath(new URL("fixtures/version-1.corelens", import.meta.url));

it("a recording of format version 1 reads in the present names", async () => {
  const { events, reader, error } = await read(PATH);
  expect(error).toBeNull();
  expect(events.filter(isNotice)).toEqual([
    {
      tracepoint: "corelens:attached",
      time: 1_795_249_000_000,
      binary: "/usr/bin/bitcoind",
      pid: 4711,
      tracepoints: 20,
    },
    { tracepoint: "corelens:limited", time: 1_795_249_000_000, sample: 2, rate: null },
    expect.objectContaining({
      tracepoint: "corelens:settings",
      off: ["utxocache:add"],
      peers: [3],
    }),
    expect.objectContaining({ lost_tracepoint: "net:inbound_message", lost: 3 }),
    {
      tracepoint: "corelens:ended",
      time: expect.any(Number),
      pid: 4711,
      awaited: "a node with the data directory /home/anna/.bitcoin",
    },
  ]);
  const others = events.filter((event) => !isNotice(event));
  expect(others).toHaveLength(60);
  for (const event of others) expect(event).toMatchObject({ pid: 4711, tid: 4712, cpu: 1 });
  expect(reader.cost).toEqual({ nanosecondsPerHit: 412.5, runs: 60 });
});

it.each(["pid == 4711", "node == 4711"])(
  "the query %s finds a process in a recording",
  async (where) => {
    let events = 0;
    for await (const event of await replay(PATH, { where })) if (!isNotice(event)) events++;
    expect(events).toBe(60);
  },
);
