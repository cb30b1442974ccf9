import { expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { tracepoints } from "../../src/usdt/declare/index.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything, notices, withoutNotices } from "../helpers/stream.ts";

const probes = tracepoints({ "limits:fast": ["uint32"], "limits:slow": ["uint32"] });

describeNeeding([rightsToTrace], "a limit", () => {
  const target = process.pid;

  it("passes and reports a sample, and counts the rest", async () => {
    const session = attach({ target, tracepoints: ["limits:fast"], sample: 10 });
    for (let i = 0; i < 5000; i++) probes["limits:fast"](i);
    const events = await everything(session);
    expect(notices(events)[0]).toMatchObject({
      tracepoint: "corelens:limited",
      sample: 10,
      rate: null,
    });
    const passed = withoutNotices(events);
    // Ten standard deviations.
    expect(passed.length).toBeGreaterThan(280);
    expect(passed.length).toBeLessThan(720);
    const tally = session.tallies().get("limits:fast")!;
    expect(tally.delivered + tally.omitted).toBe(5000);
    expect(tally.lost).toBe(0);
  });

  it("passes the given number of events per second of each tracepoint", async () => {
    const session = attach({ target, tracepoints: ["limits:*"], rate: 100 });
    for (let i = 0; i < 3000; i++) probes["limits:fast"](i);
    for (let i = 0; i < 50; i++) probes["limits:slow"](i);
    const events = withoutNotices(await everything(session));
    // The kernel counts by the seconds since boot; the last events of one may be recorded in the next.
    const seconds = 1 + new Set(events.map(({ ktime }) => Math.floor(Number(ktime) / 1e9))).size;
    const fast = session.tallies().get("limits:fast")!;
    expect(fast.delivered).toBeGreaterThanOrEqual(100);
    expect(fast.delivered).toBeLessThanOrEqual(100 * seconds);
    expect(fast.delivered + fast.omitted).toBe(3000);
    expect(session.tallies().get("limits:slow")).toMatchObject({ delivered: 50, omitted: 0 });
  });

  it("applies to the events that match the query", async () => {
    const session = attach({ target, tracepoints: ["limits:fast"], rate: 10, where: "arg0 >= 90" });
    for (let i = 0; i < 100; i++) probes["limits:fast"](i);
    const passed = withoutNotices(await everything(session));
    expect(passed[0]!.arg0).toBe(90);
    expect(passed.length).toBe(10);
  });
});
