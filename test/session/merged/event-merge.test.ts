import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../../src/event/event.ts";
import { isNotice, type StreamEvent } from "../../../src/event/notice.ts";
import { EQUIVALENT_EVENTS } from "../../../src/session/source/merged/equivalent-events.ts";
import { EventMerge } from "../../../src/session/source/merged/event-merge.ts";

const MS = 1e6;
const WAIT = 100 * MS;
const IPC_KINDS = Object.values(EQUIVALENT_EVENTS).map(({ ipc }) => ipc as string);

function event(tracepoint: string, ktime: number, fields: object): RawEvent {
  const envelope = { tracepoint, time: ktime / MS, ktime, tid: 1, thread: "t", cpu: 0, pid: 7 };
  return { ...envelope, ...fields };
}

const added = (ktime: number, txid: string): RawEvent =>
  event("mempool:added", ktime, { txid, vsize: 141, fee: 1410 });
const told = (ktime: number, txid: string): RawEvent =>
  event("ipc:transaction_added_to_mempool", ktime, { txid, vsize: 141, transaction: "raw" });

describe("two reports of one event", () => {
  it("become one event with the fields of both, under the tracepoint's name", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    merge.push("usdt", [added(1, "a")]);
    merge.push("ipc", [told(5 * MS, "a")]);
    expect(merge.takeAll()).toEqual([
      {
        ...added(1, "a"),
        transaction: "raw",
        ipc_ktime: 5 * MS,
        sources: ["usdt", "ipc"],
      },
    ]);
    expect([...merge.matched]).toEqual([["ipc:transaction_added_to_mempool", 1]]);
  });

  it("become the same event in either order", () => {
    const [a, b] = (["usdt", "ipc"] as const).map((first) => {
      const merge = new EventMerge(WAIT, IPC_KINDS);
      if (first === "usdt") merge.push("usdt", [added(1, "a")]);
      merge.push("ipc", [told(5 * MS, "a")]);
      if (first === "ipc") merge.push("usdt", [added(1, "a")]);
      return merge.takeAll();
    });
    expect(a).toEqual(b);
  });

  it("remain two events if they differ in tracepoint, hash or node", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    const gone = { txid: "a", vsize: 141, reason: "EXPIRY" };
    merge.push("usdt", [added(1, "a"), added(2, "b")]);
    merge.push("ipc", [
      event("ipc:transaction_removed_from_mempool", 3, gone),
      { ...told(4, "b"), pid: 8 },
    ]);
    expect(merge.takeAll().map((event) => event.tracepoint)).toEqual([
      "mempool:added",
      "mempool:added",
      "ipc:transaction_removed_from_mempool",
      "ipc:transaction_added_to_mempool",
    ]);
  });

  it("remain two events if a hash could not be read", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    merge.push("usdt", [{ ...added(1, "a"), txid: null, unreadable: ["txid"] }]);
    merge.push("ipc", [{ ...told(2, "a"), txid: null, unreadable: ["txid"] }]);
    expect(merge.takeAll()).toHaveLength(2);
  });

  it("are matched in order if the same event repeats", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    merge.push("usdt", [added(1, "a"), added(10, "a")]);
    merge.push("ipc", [told(5, "a"), told(15, "a")]);
    expect(merge.takeAll()).toMatchObject([
      { ktime: 1, ipc_ktime: 5 },
      { ktime: 10, ipc_ktime: 15 },
    ]);
  });

  it("complete each other's unreadable fields", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    merge.push("usdt", [{ ...added(1, "a"), vsize: null, unreadable: ["vsize"] }]);
    merge.push("ipc", [told(2, "a")]);
    const [both] = merge.takeAll();
    expect(both).toMatchObject({ vsize: 141 });
    expect(both).not.toHaveProperty("unreadable");
  });
});

describe("a report that arrives too late for its counterpart", () => {
  const late = (first: "usdt" | "ipc"): StreamEvent[] => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    const push = {
      usdt: () => merge.push("usdt", [added(1, "a")]),
      ipc: () => merge.push("ipc", [told(2, "a")]),
    };
    push[first]();
    const shown = merge.take(500 * MS);
    push[first === "usdt" ? "ipc" : "usdt"]();
    return [...shown, ...merge.take(500 * MS)];
  };

  it("is delivered under its own name, and marked", () => {
    expect(late("usdt")).toMatchObject([
      { tracepoint: "mempool:added", sources: ["usdt"] },
      { tracepoint: "ipc:transaction_added_to_mempool", sources: ["ipc"], late: true },
    ]);
    expect(late("ipc")).toMatchObject([
      { tracepoint: "ipc:transaction_added_to_mempool", sources: ["ipc"] },
      { tracepoint: "mempool:added", sources: ["usdt"], late: true },
    ]);
  });

  it("is not marked if the counterpart was long ago", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    merge.push("usdt", [added(1, "a")]);
    merge.take(500 * MS);
    merge.push("ipc", [told(11e9, "a")]);
    expect(merge.takeAll()[0]).not.toHaveProperty("late");
  });
});

describe("notices", () => {
  it("keep their position among the events of their source", () => {
    const merge = new EventMerge(WAIT, IPC_KINDS);
    const lost = { tracepoint: "corelens:lost", time: 0, lost_tracepoint: "x:y", lost: 1 } as const;
    merge.push("ipc", [told(1, "a"), lost, told(9, "b")]);
    merge.push("usdt", [event("net:inbound_message", 5, {})]);
    expect(merge.takeAll().map(({ tracepoint }) => tracepoint)).toEqual([
      "ipc:transaction_added_to_mempool",
      "corelens:lost",
      "net:inbound_message",
      "ipc:transaction_added_to_mempool",
    ]);
  });
});

/**
 * Things that happen, each seen by one source or both: when, which, and how much later each source delivers it.
 * Delays are below the wait, so that order and matching have to be perfect.
 */
const happening = fc.record({
  gap: fc.integer({ min: 1, max: 40 }),
  hash: fc.constantFrom("a", "b", "c", "d"),
  usdt: fc.option(fc.integer({ min: 0, max: 30 })),
  ipc: fc.option(fc.integer({ min: 0, max: 30 })),
  /** How long after it happened IPC has its own time of it. */
  skew: fc.integer({ min: 0, max: 30 }),
});

describe("a merge of random events", () => {
  it("delivers each event once, in order and in bounded time, if the sources are in time", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const merge = new EventMerge(WAIT, IPC_KINDS);
        const arrivals: { at: number; source: "usdt" | "ipc"; event: RawEvent }[] = [];
        let now = 0;
        for (const { gap, hash, usdt, ipc, skew } of happenings) {
          now += gap * MS;
          // Only events of both sources can be distinguished when they repeat.
          const txid = usdt !== null && ipc !== null ? hash : `${hash}${now}`;
          if (usdt !== null)
            arrivals.push({ at: now + usdt * MS, source: "usdt", event: added(now, txid) });
          const at = now + skew * MS;
          if (ipc !== null)
            arrivals.push({ at: at + ipc * MS, source: "ipc", event: told(at, txid) });
        }
        const expected = happenings.filter(({ usdt, ipc }) => usdt !== null || ipc !== null).length;
        // A source delivers its own events in their order.
        const latest = { usdt: 0, ipc: 0 };
        for (const arrival of arrivals.toSorted(
          (a, b) => Number(a.event.ktime) - Number(b.event.ktime),
        )) {
          latest[arrival.source] = Math.max(latest[arrival.source], arrival.at);
          arrival.at = latest[arrival.source];
        }
        const shown: RawEvent[] = [];
        for (const { at, source, event } of arrivals.toSorted((a, b) => a.at - b.at)) {
          merge.push(source, [event]);
          const taken = merge.take(at) as RawEvent[];
          for (const { ktime } of taken) expect(at - Number(ktime)).toBeGreaterThanOrEqual(WAIT);
          shown.push(...taken);
          expect(merge.dueIn(at)).not.toBe(0);
        }
        shown.push(...(merge.takeAll() as RawEvent[]));
        expect(shown).toHaveLength(expected);
        const times = shown.map(({ ktime }) => Number(ktime));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(shown.some((event) => "late" in event)).toBe(false);
        expect(merge.size).toBe(0);
      }),
    );
  });

  it("neither loses nor invents events, even if the sources are late and out of order", () => {
    const chaos = fc.array(
      fc.record({
        source: fc.constantFrom("usdt", "ipc"),
        ktime: fc.integer({ min: 0, max: 2000 }),
        hash: fc.constantFrom("a", "b", "c"),
        now: fc.integer({ min: 0, max: 2000 }),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(chaos, (pushes) => {
        const merge = new EventMerge(WAIT, IPC_KINDS);
        const shown: StreamEvent[] = [];
        for (const { source, ktime, hash, now } of pushes) {
          const make = source === "usdt" ? added : told;
          merge.push(source as "usdt" | "ipc", [make(ktime * MS, hash)]);
          shown.push(...merge.take(now * MS));
        }
        shown.push(...merge.takeAll());
        const views = shown.flatMap((event) =>
          isNotice(event) ? [] : (event.sources as string[]),
        );
        const count = (source: string): number => views.filter((view) => view === source).length;
        for (const source of ["usdt", "ipc"]) {
          expect(count(source)).toBe(pushes.filter((push) => push.source === source).length);
        }
      }),
    );
  });
});
