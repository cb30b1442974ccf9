import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../../src/event/event.ts";
import type { Notice } from "../../../src/event/notice.ts";
import { MIN_REMEMBERED, Pairing } from "../../../src/model/intervals/pairing.ts";

const at = (ktime: number | bigint): RawEvent => ({
  ...{ tracepoint: "demo:event", time: 0, ktime, tid: 1, thread: "t", cpu: 0, pid: 1 },
});

const LOST: Notice = {
  ...{ tracepoint: "corelens:lost", time: 0, lost: 1, lost_tracepoint: "demo:event" },
};

const NO_LOSS = { repeated: 0, dropped: 0, forgotten: 0, unbegun: 0, unended: 0 };

describe("an interval", () => {
  it("goes from the latest beginning with the same id to each end", () => {
    const pairing = new Pairing<string>();
    pairing.begin("a", at(1), "first");
    pairing.begin("b", at(2), "other");
    pairing.begin("a", at(10), "second");
    expect(pairing.end("a", at(15))).toEqual({ kept: "second", duration_ns: 5, nth: 1 });
    expect(pairing.end("a", at(17))).toEqual({ kept: "second", duration_ns: 7, nth: 2 });
    expect(pairing.end("c", at(18))).toBeNull();
    expect(pairing.tally).toEqual({ ...NO_LOSS, begun: 3, repeated: 1, unended: 1, unbegun: 1 });
  });

  it("is exact beyond 2^53 ns", () => {
    const pairing = new Pairing<null>();
    pairing.begin("a", at(1n), null);
    expect(pairing.end("a", at(2n ** 63n))).toMatchObject({ duration_ns: 2n ** 63n - 1n });
  });

  it("never spans a gap", () => {
    const pairing = new Pairing<null>();
    pairing.begin("a", at(1), null);
    pairing.begin("b", at(1), null);
    pairing.end("b", at(2));
    pairing.addNotice(LOST);
    expect(pairing.end("a", at(3))).toBeNull();
    expect(pairing.end("b", at(3))).toBeNull();
    expect(pairing.tally).toEqual({ ...NO_LOSS, begun: 2, dropped: 1, unbegun: 2 });
  });

  it("spans notices that report no gap", () => {
    const pairing = new Pairing<null>();
    pairing.begin("a", at(1), null);
    pairing.addNotice({ tracepoint: "corelens:error", time: 0, code: "X", message: "y" });
    expect(pairing.end("a", at(3))).not.toBeNull();
  });

  it("is uncertain in a stream that leaves out events on purpose, and without an id", () => {
    const pairing = new Pairing<null>();
    pairing.begin(null, at(1), null);
    expect(pairing.end(null, at(1))).toBeNull();
    pairing.addNotice({ tracepoint: "corelens:limited", time: 0, sample: 2, rate: null });
    pairing.begin("a", at(1), null);
    expect(pairing.end("a", at(3))).toBeNull();
    expect(pairing.tally).toEqual({ ...NO_LOSS, begun: 2, dropped: 2, unbegun: 2 });
  });

  it("is never negative, whatever times a recording has", () => {
    const pairing = new Pairing<null>();
    pairing.begin("a", at(5), null);
    expect(pairing.end("a", at(4n))).toBeNull();
  });

  it("can begin any number of times without an end", () => {
    const pairing = new Pairing<null>();
    const many = 5 * MIN_REMEMBERED;
    for (let i = 0; i < many; i++) pairing.begin(String(i), at(i), null);
    const { unended, forgotten } = pairing.tally;
    expect(unended).toBeGreaterThanOrEqual(MIN_REMEMBERED);
    expect(unended).toBeLessThanOrEqual(2 * MIN_REMEMBERED);
    expect(unended + forgotten).toBe(many);
    expect(pairing.end("0", at(many))).toBeNull();
    expect(pairing.end(String(many - 1), at(many))).toMatchObject({ duration_ns: 1 });
  });

  it("has the duration that a search back through the events gives", () => {
    const step = fc.record({ isEnd: fc.boolean(), id: fc.constantFrom("a", "b", "c") });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const pairing = new Pairing<number>();
        const found = steps.map(({ isEnd, id }, i) => {
          if (isEnd) return pairing.end(id, at(i))?.duration_ns ?? null;
          pairing.begin(id, at(i), i);
          return null;
        });
        const searched = steps.map(({ isEnd, id }, i) => {
          const from = steps.slice(0, i).findLastIndex((each) => !each.isEnd && each.id === id);
          return isEnd && from >= 0 ? i - from : null;
        });
        expect(found).toEqual(searched);
        const { begun, repeated, unended, unbegun } = pairing.tally;
        const ends = steps.filter(({ isEnd }) => isEnd).length;
        expect(begun).toBe(steps.length - ends);
        expect(repeated + unended).toBeLessThanOrEqual(begun);
        expect(unbegun + searched.filter((each) => each !== null).length).toBe(ends);
      }),
    );
  });
});
