import fc from "fast-check";
import { expect, it } from "vitest";
import { History, SCALES, type Scale } from "../../src/model/history.ts";

const BEGIN = 1_767_225_600_000;
const scales = fc.constantFrom(...(Object.keys(SCALES) as Scale[]));

it("a history keeps every value up to its maximum age, whatever the pauses", () => {
  const hits = fc.array(fc.tuple(fc.nat(40_000), fc.integer({ min: 1, max: 9 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(hits, scales, (hits, scale) => {
      const history = new History(BEGIN);
      const column = history.column("a");
      const { step, length } = SCALES[scale];
      const expected = new Map<number, number>();
      let now = BEGIN;
      for (const [pause, value] of hits) {
        now += pause;
        history.advance(now);
        column.add(value);
        const bucket = Math.floor(now / step);
        expected.set(bucket, (expected.get(bucket) ?? 0) + value);
      }
      history.advance(now + step);
      const excerpt = history.excerpt(scale, 0, ["a"]);
      const first = excerpt.begin / step;
      expect(excerpt.length).toBeLessThanOrEqual(length);
      for (let i = 0; i < excerpt.length; i++) {
        expect(excerpt.columns.a?.[i] ?? 0).toBe(expected.get(first + i) ?? 0);
      }
    }),
  );
});

it("the parts of a history add up to the whole", () => {
  const history = new History(BEGIN);
  const column = history.column("a");
  const parts: number[] = [];
  let from = 0;
  for (let second = 0; second < 50; second++) {
    column.add(second);
    history.advance(BEGIN + (second + 1) * 1000);
    if (second % 7 !== 0) continue;
    const { columns, length } = history.excerpt("5m", from, [""]);
    parts.push(...(columns.a ?? new Array<number>(length).fill(0)));
    from = history.head("5m");
  }
  expect(parts).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

it("a history is empty after a pause longer than its length", () => {
  const history = new History(BEGIN);
  history.column("a").add(5);
  history.advance(BEGIN + 48 * 3_600_000);
  expect(history.excerpt("24h", 0, [""]).columns).toEqual({});
});

it("the running bucket has its values so far and its length", () => {
  const history = new History(BEGIN);
  const column = history.column("a");
  for (let second = 0; second < 65; second++) {
    column.add(2);
    history.advance(BEGIN + (second + 1) * 1000);
  }
  for (const scale of Object.keys(SCALES) as Scale[]) {
    const { length, running } = history.excerpt(scale, 0, [""]);
    const { step } = SCALES[scale];
    const age = 65_000 % step;
    expect(length, scale).toBe(Math.floor(65_000 / step));
    expect(running, scale).toEqual(
      age === 0 ? null : { begin: BEGIN + length * step, age, columns: { a: (age / 1000) * 2 } },
    );
  }
});

it("the running bucket begins with the history, if that is later", () => {
  const history = new History(BEGIN + 100_000);
  history.column("a").add(7);
  history.advance(BEGIN + 107_000);
  expect(history.excerpt("24h", 0, [""]).running).toEqual({
    begin: BEGIN + 100_000,
    age: 7000,
    columns: { a: 7 },
  });
});

it("a history knows which seconds it saw, and those that an earlier process kept", () => {
  const earlier = BEGIN - 600_000;
  for (const scale of Object.keys(SCALES) as Scale[]) {
    const { step } = SCALES[scale];
    const history = new History(BEGIN);
    const begin = Math.floor(earlier / step) * step;
    history.restore(scale, [
      { name: null, begin, sum: 1 },
      { name: "a", begin, sum: 7 },
      { name: "a", begin: BEGIN - 200 * 86_400_000, sum: 9 },
    ]);
    history.advance(BEGIN + 3 * step);
    const excerpt = history.excerpt(scale, 0, [""]);
    const isKept = begin > BEGIN + 3 * step - SCALES[scale].length * step;
    expect(excerpt.begin, scale).toBe(isKept ? begin : BEGIN);
    expect(excerpt.seconds.slice(-3), scale).toEqual([step, step, step].map((ms) => ms / 1000));
    if (!isKept) continue;
    expect(excerpt.seconds[0], scale).toBe(1);
    expect(excerpt.columns.a![0], scale).toBe(7);
    const gap = excerpt.seconds.slice(1, -3);
    expect(gap, scale).toEqual(gap.map(() => 0));
  }
});

it("rates and sums of a restarted process are of its own time", () => {
  const history = new History(BEGIN);
  history.restore("5m", [{ name: "a", begin: BEGIN - 2000, sum: 1000 }]);
  history.column("a").add(4);
  history.advance(BEGIN + 2000);
  expect(history.rate(history.column("a"))).toBe(2);
  expect(history.sum(history.column("a"), 10)).toBe(4);
});

it("a jump of a century takes no time", () => {
  const history = new History(BEGIN);
  history.advance(BEGIN + 100 * 365 * 86_400_000);
  const { seconds } = history.excerpt("90d", 0, []);
  expect(seconds).toHaveLength(719);
  expect(new Set(seconds)).toEqual(new Set([10_800]));
});
