import fc from "fast-check";
import { expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { CountQuery } from "../../src/counting/count-query.ts";
import { identity } from "../../src/counting/counts.ts";
import type { KeyValue } from "../../src/counting/group.ts";
import { StreamCounter } from "../../src/counting/stream-counter.ts";
import type { ReadField } from "../../src/query/evaluate.ts";
import { queryFields } from "../../src/query/scope.ts";

const FIELDS: readonly Field[] = [
  { name: "a", type: "int64", meaning: "" },
  { name: "b", type: "int64", meaning: "" },
  { name: "c", type: "uint64", meaning: "" },
];

const around = (value: bigint) => [value - 2n, value - 1n, value, value + 1n, value + 2n];
const EDGES = [0n, 3n, 1n << 31n, 1n << 32n, 1n << 53n, 1n << 62n].flatMap(around);
const signed = fc.constantFrom(...EDGES, ...EDGES.map((value) => -value));
const unsigned = fc.constantFrom(...EDGES.filter((value) => value >= 0n), (1n << 64n) - 1n);

const operator = fc.constantFrom("+", "-", "*", "/", "%");
const name = fc.constantFrom("a", "b", "c", "3", "9007199254740993");
const term = fc.tuple(name, operator, name, operator, name).map((parts) => parts.join(" "));

type Row = readonly [a: bigint, b: bigint, c: bigint];

/** What events come to, of which numbers are read in one of two ways. */
function count(text: string, rows: readonly Row[], asRead: (value: bigint) => number | bigint) {
  const plan = new CountQuery({
    ...{ patterns: [], where: null, by: ["a"], types: [], room: 3 },
    measures: [{ text, sum: true, extremes: true }],
    histogram: {
      text,
      linear: { low: "-9000000000000000", high: "9000000000000000", step: "90000000000001" },
    },
  }).plan("x:y", queryFields(FIELDS));
  const counter = new StreamCounter(3);
  for (const row of rows) {
    const read: ReadField = ({ argument }) => asRead(row[argument!]!);
    counter.add(plan, [String(row[0])], [], read);
  }
  return counter.counts();
}

it("computes with numbers what it computes with bigints, and both exactly", () => {
  const rows = fc.array(fc.tuple(signed, signed, unsigned), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(term, rows, (text, rows) => {
      let exact: ReturnType<typeof count>;
      try {
        exact = count(text, rows, (value) => value);
      } catch (error) {
        fc.pre(!/divides by zero|does not fit/.test(String(error)));
        throw error;
      }
      const narrow = (value: bigint) =>
        Number.isSafeInteger(Number(value)) ? Number(value) : value;
      expect(count(text, rows, narrow)).toEqual(exact);
    }),
    { numRuns: 500 },
  );
});

it("tells groups apart as their keys do, cut or not", () => {
  const value: fc.Arbitrary<KeyValue> = fc.constantFrom("1", 1, 1n << 60n, true, "true", null, "");
  const key = fc.tuple(value, value);
  const truncated = fc.subarray(["a", "b"]);
  const plan = new CountQuery({
    ...{ patterns: [], where: null, by: ["a", "b"], types: [], measures: [], histogram: null },
    room: 100,
  }).plan("x:y", queryFields(FIELDS));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, truncated)), (events) => {
      const counter = new StreamCounter(1000);
      for (const [key, truncated] of events) counter.add(plan, key, truncated, () => null);
      const expected = new Map<string, number>();
      for (const [key, truncated] of events) {
        const id = identity({ key, truncated });
        expected.set(id, (expected.get(id) ?? 0) + 1);
      }
      const groups = counter.counts().groups.map((group) => [identity(group), group.count]);
      expect(groups).toEqual([...expected]);
    }),
  );
});

it("does not change what it told", () => {
  const plan = new CountQuery({
    ...{ patterns: [], where: null, by: [], types: [], room: 1 },
    measures: [{ text: "a", sum: true, extremes: true }],
    histogram: { text: "a", linear: null },
  }).plan("x:y", queryFields(FIELDS));
  const counter = new StreamCounter(1);
  counter.add(plan, [], [], () => 5);
  const told = counter.counts();
  const copy = structuredClone(told);
  counter.add(plan, [], [], () => 7);
  expect(told).toEqual(copy);
  expect(counter.counts().groups).toMatchObject([{ count: 2, measures: [{ sum: 12n }] }]);
});
