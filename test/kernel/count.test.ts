import fc from "fast-check";
import { expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { CountQuery } from "../../src/counting/count-query.ts";
import type { CountRequest } from "../../src/counting/count-request.ts";
import { identity } from "../../src/counting/counts.ts";
import type { Group } from "../../src/counting/group.ts";
import { StreamCounter } from "../../src/counting/stream-counter.ts";
import { CorelensError } from "../../src/errors.ts";
import { type CountOptions, count } from "../../src/session/count.ts";
import { tracepoints } from "../../src/usdt/declare/index.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { anyEvent, type Event, read } from "../query/random.ts";

const TYPES = [
  ...(["int64", "uint64", "int32", "uint32", "int16", "uint8"] as const),
  ...(["bool", "string", "hash", "string", "int8"] as const),
];
const FIELDS: readonly Field[] = TYPES.map((type, i) => ({ name: `arg${i}`, type, meaning: "" }));
const QUERY_FIELDS = FIELDS.map((field, argument) => ({ field, argument }));
/** Of a text in a key: the rest is cut off. */
const LONGEST_TEXT = 135;

const probes = tracepoints({ "count:events": TYPES, "count:again": TYPES });

const asArgument = (value: unknown, i: number) =>
  typeof value === "bigint" && !TYPES[i]!.endsWith("64") ? Number(value) : value;

function fire(name: keyof typeof probes, event: Event): void {
  const probe = probes[name] as (...values: readonly unknown[]) => void;
  probe(...event.map(asArgument));
}

function asRequest(
  { by = [], measures = [], histogram }: CountOptions,
  room: number,
): CountRequest {
  return {
    patterns: [],
    where: null,
    by,
    types: [],
    measures,
    histogram: histogram ?? null,
    room,
  };
}

/** What the events amount to, counted one by one; null for what cannot be asked. */
function expected(events: readonly Event[], options: CountOptions) {
  try {
    const plan = new CountQuery(asRequest(options, 100)).plan("count:events", QUERY_FIELDS);
    const counter = new StreamCounter(1000);
    for (const event of events) {
      const parts = plan.layout.parts.map(({ field }) =>
        keyOf(event[Number(field.name.slice(3))]!),
      );
      const cut = plan.layout.parts.filter((_, i) => parts[i]!.cut).map(({ field }) => field.name);
      counter.add(
        plan,
        parts.map(({ value }) => value),
        cut,
        read(event),
      );
    }
    return counter.counts();
  } catch (error) {
    if (error instanceof CorelensError) return null;
    throw error;
  }
}

function keyOf(value: Event[number]) {
  if (typeof value === "bigint") {
    return { value: Number.isSafeInteger(Number(value)) ? Number(value) : value, cut: false };
  }
  const bytes = Buffer.from(String(value));
  if (typeof value === "boolean" || bytes.length <= LONGEST_TEXT) return { value, cut: false };
  return { value: bytes.toString("utf8", 0, LONGEST_TEXT), cut: true };
}

const inOrder = (groups: readonly Group[]) =>
  groups
    .map((group) => ({ id: identity(group), ...group }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

const names = (...types: readonly string[]) =>
  TYPES.flatMap((type, i) => (types.length === 0 || types.includes(type) ? [`arg${i}`] : []));
const integer = fc.constantFrom(
  ...names("int64", "uint64", "int32", "uint32", "int16", "uint8", "int8"),
);
const term = fc.oneof(
  integer,
  fc
    .tuple(integer, fc.constantFrom("+", "-", "*", "/", "%"), integer)
    .map((parts) => parts.join(" ")),
);
const measure = fc.record({ text: term, sum: fc.boolean(), extremes: fc.boolean() });
const linear = fc
  .tuple(
    fc.integer({ min: -300, max: 100 }),
    fc.integer({ min: 1, max: 400 }),
    fc.integer({ min: 1, max: 50 }),
  )
  .map(([low, width, step]) => ({ low: `${low}`, high: `${low + width}`, step: `${step}` }));
const anyCount: fc.Arbitrary<CountOptions> = fc.record({
  tracepoints: fc.constant(["count:events"]),
  by: fc.uniqueArray(fc.constantFrom(...names()), { maxLength: 3 }),
  measures: fc.array(measure, { maxLength: 3 }),
  histogram: fc.record({ text: term, linear: fc.option(linear) }),
});

/** The options as they ask for fields of a tracepoint without a contract. */
const typed = (options: CountOptions): CountOptions => ({
  ...options,
  target: process.pid,
  by: FIELDS.map(({ name, type }) => (options.by!.includes(name) ? `${name}:${type}` : "")).filter(
    Boolean,
  ),
});

describeNeeding([rightsToTrace], "counting in the kernel", () => {
  it("counts what counting one by one does", async () => {
    const counts = fc.array(anyCount, { minLength: 8, maxLength: 8 });
    const events = fc.array(anyEvent(TYPES), { minLength: 60, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(counts, events, async (all, events) => {
        const asked = all
          .map((options) => ({ ...options, by: options.by!.toSorted(byPlace) }))
          .map((options) => ({ options, expected: expected(events, options) }))
          .filter(({ expected }) => expected !== null);
        const sessions = asked.map(({ options }) => count(typed(options)));
        for (const event of events) fire("count:events", event);
        for (const [i, session] of sessions.entries()) {
          await session.stop();
          const { groups, overflow } = await session.counts();
          await session.close();
          const { options, expected } = asked[i]!;
          expect({ options, groups: inOrder(groups), overflow }).toEqual({
            options,
            groups: inOrder(expected!.groups),
            overflow: null,
          });
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  }, 120_000);
});

const byPlace = (a: string, b: string) => Number(a.slice(3)) - Number(b.slice(3));
