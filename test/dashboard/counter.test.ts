import { expect, it } from "vitest";
import { Counter, ROOM } from "../../src/dashboard/counter.ts";
import { wireText } from "../../src/dashboard/message-text.ts";
import type { CountCommand } from "../../src/dashboard/protocol/count.ts";
import { BEGIN, event, eventsOf, KINDS, message } from "../model/events.ts";
import { NO_COUNT } from "./no-count.ts";

const begin = (asked: Partial<CountCommand>, kinds = KINDS) =>
  new Counter({ ...NO_COUNT, ...asked }, kinds, BEGIN);

it("a count sums fields of events by group", () => {
  const counter = begin({ by: ["msg_type"], sum: ["size"], mean: ["size / 2"], max: ["size"] });
  for (const size of [10, 30]) counter.offer(message("inbound", 1, 1, "tx", size));
  counter.offer(message("outbound", 1, 1, "inv", 100));
  const { groups, columns, seconds, rate } = counter.take(BEGIN + 500);
  expect(columns).toEqual([
    { statistic: "sum", text: "size", unit: "B" },
    { statistic: "max", text: "size", unit: "B" },
    { statistic: "mean", text: "size / 2", unit: "B" },
  ]);
  expect(groups).toMatchObject([
    { key: ["inv"], count: 1, values: [100, 100, 50] },
    { key: ["tx"], count: 2, values: [40, 30, 10] },
  ]);
  expect({ seconds, rate }).toEqual({ seconds: 0.5, rate: 6 });
});

it("a histogram has every event once", () => {
  const counter = begin({ tracepoints: ["mempool:added"], histogram: "fee / vsize:0:50:1" });
  const events = eventsOf(300).filter(({ tracepoint }) => tracepoint === "mempool:added");
  for (const each of events) counter.offer(each);
  const { groups, histogram } = counter.take(BEGIN);
  expect(histogram).toMatchObject({ of: "fee / vsize", unit: null, scale: { step: 1 } });
  const counts = groups[0]!.buckets!.map(([, count]) => count);
  expect(counts.reduce((sum, count) => sum + count)).toBe(events.length);
});

it("a count keeps a bounded number of groups and shows the largest", () => {
  const counter = begin({ tracepoints: ["net:inbound_message"], by: ["peer_id"] });
  for (let i = 0; i < ROOM + 5; i++) counter.offer(message("inbound", i, i, "tx"));
  counter.offer(message("inbound", 0, 7, "tx"));
  const { groups, rest, overflow, counted } = counter.take(BEGIN);
  expect(groups[0]).toMatchObject({ key: [7], count: 2 });
  expect(groups).toHaveLength(50);
  expect(rest).toBe(ROOM - 50);
  expect(overflow).toMatchObject({ count: 5 });
  expect(counted).toBe(ROOM + 6);
});

it("a count tests a bounded number of events and reports how many it did not test", () => {
  const counter = begin({});
  for (let i = 0; i < 40_010; i++) counter.offer(message("inbound", i, 1, "tx"));
  expect(counter.take(BEGIN)).toMatchObject({ counted: 40_000, untested: 10 });
  counter.offer(message("inbound", 1, 1, "tx"));
  expect(counter.take(BEGIN + 1000)).toMatchObject({ counted: 40_001, untested: 10, rate: 1 });
});

it("a count reports losses of its own tracepoints only", () => {
  const counter = begin({ tracepoints: ["net:*"] });
  const lost = (lost_tracepoint: string, lost: number) =>
    counter.offer({ tracepoint: "corelens:lost", time: BEGIN, lost_tracepoint, lost });
  lost("net:inbound_message", 3);
  lost("mempool:added", 40);
  expect(counter.take(BEGIN).lost).toBe(3);
});

it("a count includes tracepoints that the source gets later", () => {
  const counter = begin({ tracepoints: ["mempool:*"], by: ["reason"] }, []);
  counter.offer(event("mempool:rejected", 1, { txid: "00", reason: "dust" }));
  counter.learn(KINDS);
  counter.offer(event("mempool:rejected", 1, { txid: "00", reason: "dust" }));
  expect(counter.take(BEGIN).groups).toMatchObject([{ key: ["dust"], count: 1 }]);
});

it("a sum stays exact, as text in JSON when a number is too small for it", () => {
  const counter = begin({ tracepoints: ["mempool:added"], sum: ["fee"], by: ["fee"] });
  for (let i = 0; i < 3; i++) {
    counter.offer(event("mempool:added", i, { txid: "00", vsize: 1, fee: 2n ** 60n + 1n }));
  }
  const { groups } = JSON.parse(wireText(counter.take(BEGIN)));
  expect(groups).toMatchObject([{ key: ["1152921504606846977"], values: ["3458764513820540931"] }]);
});

it("a count reports the parts of its query that the kernel cannot test", () => {
  const where = 'size > 5 && contains(msg_type, "block")';
  expect(begin({ where }).take(BEGIN).inReader).toEqual(['contains(msg_type, "block")']);
  expect(begin({ where: "size > 5" }).take(BEGIN).inReader).toEqual([]);
});

it("a count sends a bounded number of histograms, each complete", () => {
  const counter = begin({
    tracepoints: ["net:inbound_message"],
    by: ["peer_id"],
    histogram: "size:0:900:1",
  });
  for (let peer = 0; peer < 20; peer++) {
    for (let size = 0; size < 900; size++) counter.offer(message("inbound", 1, peer, "tx", size));
  }
  const sent = counter.take(BEGIN).groups.map(({ buckets }) => buckets?.length ?? null);
  expect(sent.slice(0, 6)).toEqual([900, 900, 900, 900, null, null]);
});
