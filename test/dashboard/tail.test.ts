import { expect, it } from "vitest";
import { Tail } from "../../src/dashboard/tail.ts";
import { event, KINDS, message } from "../model/events.ts";

it("a tail skips tracepoints of a pattern that lack a field of the query", () => {
  const tail = new Tail({ tracepoints: ["*"], where: "fee / vsize >= 20" }, KINDS);
  tail.offer(message("inbound", 0, 1, "tx"));
  tail.offer(event("mempool:added", 1, { txid: "00", vsize: 100, fee: 1900 }));
  tail.offer(event("mempool:added", 2, { txid: "01", vsize: 100, fee: 2000 }));
  const { events, matched } = tail.take();
  expect(matched).toBe(1);
  expect(JSON.parse(events[0]!)).toMatchObject({ txid: "01" });
});

it("a tail tests a bounded number of events and reports how many it did not test", () => {
  const tail = new Tail({ tracepoints: [], where: "size > 1" }, KINDS);
  for (let i = 0; i < 6000; i++) tail.offer(message("inbound", i, 1, "tx"));
  expect(tail.take()).toMatchObject({ matched: 5000, skipped: 4950, untested: 1000 });
  expect(tail.take()).toMatchObject({ matched: 0, untested: 0 });
});

it("a tail includes tracepoints that the source gets later", () => {
  const tail = new Tail({ tracepoints: ["mempool:*"], where: null }, []);
  tail.offer(event("mempool:added", 1, { txid: "00", vsize: 1, fee: 1 }));
  tail.learn(KINDS);
  tail.offer(event("mempool:added", 1, { txid: "00", vsize: 1, fee: 1 }));
  expect(tail.take().matched).toBe(1);
});

it("a tail writes integers that JSON readers would round as text", () => {
  const tail = new Tail({ tracepoints: [], where: null }, KINDS);
  tail.offer(event("mempool:added", 1, { txid: "00", vsize: 1, fee: 2n ** 60n }));
  expect(JSON.parse(tail.take().events[0]!).fee).toBe("1152921504606846976");
});
