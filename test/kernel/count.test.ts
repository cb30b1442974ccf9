import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { CountQuery } from "../../src/counting/count-query.ts";
import type { CountRequest } from "../../src/counting/count-request.ts";
import { countsSince, identity } from "../../src/counting/counts.ts";
import type { Counts, Group } from "../../src/counting/group.ts";
import { StreamCounter } from "../../src/counting/stream-counter.ts";
import { CorelensError } from "../../src/errors.ts";
import { type CountOptions, count } from "../../src/session/attach/count.ts";
import type { CountSession } from "../../src/session/attach/count-session.ts";
import { tracepoints } from "../../src/usdt/declare/index.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";
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
const bounds = fc
  .uniqueArray(fc.maxSafeNat(), { minLength: 1, maxLength: 12 })
  .map((values) => values.map((value) => 1 + (value % 2 ** (value % 53))))
  .map((values) => [...new Set(values)].toSorted((a, b) => a - b));
const buckets = fc.oneof(
  fc.record({ linear: fc.option(linear) }),
  fc.record({ linear: fc.constant(null), bounds }),
);
const anyCount: fc.Arbitrary<CountOptions> = fc.record({
  tracepoints: fc.constant(["count:events"]),
  by: fc.uniqueArray(fc.constantFrom(...names()), { maxLength: 3 }),
  measures: fc.array(measure, { maxLength: 3 }),
  histogram: fc.tuple(term, buckets).map(([text, buckets]) => ({ text, ...buckets })),
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
  it("equals the count of single events", async () => {
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

describeNeeding([rightsToTrace], "the result of counting", () => {
  const event = (size: bigint, text: string): Event => [
    ...[size, 5n, 0n, 0n, 0n, 0n, true, text, "0".repeat(64), "", 0n],
  ];
  const again = { target: process.pid, tracepoints: ["count:*"] };

  it("is grouped by tracepoint only on request", async () => {
    const apart = count({ ...again, by: ["tracepoint", "arg7:string"] });
    const together = count({ ...again, by: ["arg7:string"], measures: [sumOf("arg0")] });
    fire("count:events", event(1n, "inv"));
    fire("count:again", event(20n, "inv"));
    fire("count:again", event(300n, "tx"));
    expect(keysOf(await groupsOf(apart))).toEqual({
      "count:events inv": 1,
      "count:again inv": 1,
      "count:again tx": 1,
    });
    const groups = await groupsOf(together);
    expect(keysOf(groups)).toEqual({ inv: 2, tx: 1 });
    expect(groups.map(({ measures }) => measures[0]!.sum)).toEqual([21n, 300n]);
  });

  it("has one further group for events beyond the maximum number of groups, so nothing is omitted", async () => {
    const session = count({ ...again, by: ["arg0"], measures: [sumOf("arg0")], room: 4 });
    for (let i = 0n; i < 100n; i++) fire("count:events", event(i, ""));
    await session.stop();
    const { groups, overflow } = await session.counts();
    await session.close();
    expect(groups.length).toBeGreaterThanOrEqual(4);
    const all = [...groups, overflow!];
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(all.reduce((sum, { measures }) => sum + measures[0]!.sum!, 0n)).toBe(4950n);
  });

  it("adds up beyond 64 bits", async () => {
    const session = count({ ...again, measures: [{ ...sumOf("arg1"), extremes: true }] });
    const most = 2n ** 64n - 1n;
    for (let i = 0; i < 3; i++) fire("count:events", [0n, most, ...event(0n, "").slice(2)]);
    const [group] = await groupsOf(session);
    expect(group!.measures).toEqual([
      { known: 3, sum: 3n * most, min: most, max: most, spread: null },
    ]);
  });

  it("contains only events that match the query", async () => {
    const session = count({ ...again, where: 'arg0 > 5 && arg7 != "tx"', by: ["arg7:string"] });
    for (const size of [1n, 6n, 7n]) fire("count:events", event(size, "inv"));
    fire("count:events", event(9n, "tx"));
    expect(keysOf(await groupsOf(session))).toEqual({ inv: 2 });
  });

  it("equals the sum of the differences between snapshots", async () => {
    const session = count({ ...again, by: ["arg7:string"], measures: [sumOf("arg0")] });
    const seen: Counts[] = [];
    for await (const { counts } of session.snapshots(20)) {
      seen.push(counts);
      if (seen.length <= 5) fire("count:events", event(BigInt(seen.length), "inv"));
      if (seen.length === 7) await session.stop();
    }
    await session.close();
    const steps = seen.map((counts, i) => (i === 0 ? counts : countsSince(seen[i - 1]!, counts)));
    expect(steps.flatMap(({ groups }) => groups.map(({ measures }) => measures[0]!.sum))).toEqual([
      ...[1n, 2n, 3n, 4n, 5n],
    ]);
    expect(seen.at(-1)!.groups).toMatchObject([{ key: ["inv"], count: 5 }]);
  });

  it.each([
    [{ by: ["arg11"] }, "there is no field arg11"],
    [{ by: names().map((name) => `${name}:string`) }, "takes"],
    [{ where: 'contains(arg7, "x")', by: ["arg7:string"] }, "cannot be tested in the kernel"],
    [{ measures: [sumOf("arg0 +")] }, "the query ends"],
    [{ measures: [sumOf("arg0 == 1")] }, "an integer is expected"],
    [{ histogram: { text: "arg0", linear: { low: "5", high: "5", step: "1" } } }, "no buckets"],
    [{ histogram: { text: "arg0", linear: { low: "0", high: "9999", step: "1" } } }, "more than"],
    [{ histogram: { text: "arg0", linear: null, bounds: [] } }, "bounds"],
    [{ histogram: { text: "arg0", linear: null, bounds: [0, 1] } }, "bounds"],
    [{ histogram: { text: "arg0", linear: null, bounds: [2, 2] } }, "bounds"],
    [{ histogram: { text: "arg0", linear: null, bounds: [2 ** 53] } }, "bounds"],
    [{ histogram: { text: "arg0", linear: { low: "arg1", high: "9", step: "1" } } }, "arg1"],
  ])("is not what cannot be: %j", (options, message) => {
    expect(() => count({ target: process.pid, tracepoints: ["count:events"], ...options })).toThrow(
      message,
    );
  });
});

describeNeeding([rightsToTrace, compiler], "counting a program", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("misses no event of many concurrent threads", async () => {
    const targets = await Promise.all([1, 2, 3, 4].map(() => TargetProgram.start(path)));
    const session = count({
      target: path,
      tracepoints: ["test:tick"],
      measures: [{ text: "arg0", sum: true, extremes: true }],
      histogram: { text: "arg0", linear: null },
    });
    await Promise.all(targets.map((target) => target.run("tick 20000")));
    const [group] = await groupsOf(session);
    expect(group).toMatchObject({
      count: 80_000,
      measures: [{ sum: 4n * 10_000n * 20_001n, min: 1n, max: 20_000n }],
    });
    expect(group!.buckets!.reduce((sum, count) => sum + count, 0)).toBe(80_000);
  });

  it("reads texts at any address", async () => {
    const target = await TargetProgram.start(path, { cwd: directory });
    const session = count({
      target: target.pid,
      tracepoints: ["test:text"],
      by: ["arg0:string"],
    });
    for (const command of ["text", "text-before-gap", "text-evicted", "text-across-evicted"]) {
      await target.run(`${command} 100`);
      await target.run(`${command} 135`);
    }
    await target.run("text 136");
    await target.run("text-at 16");
    const groups = await groupsOf(session);
    const told = groups.map(({ key: [text], truncated, count }) => [
      text === null ? null : String(text).length,
      truncated.length,
      count,
    ]);
    expect(told.toSorted((a, b) => b[2]! - a[2]! || a[0]! - b[0]!)).toEqual([
      [100, 0, 4],
      [135, 0, 4],
      [null, 0, 1],
      [135, 1, 1],
    ]);
  });
});

function sumOf(text: string) {
  return { text, sum: true, extremes: false };
}

async function groupsOf(session: CountSession): Promise<readonly Group[]> {
  await session.stop();
  const { groups, overflow } = await session.counts();
  await session.close();
  expect(overflow).toBeNull();
  return groups.toSorted((a, b) => String(a.key).localeCompare(String(b.key)));
}

function keysOf(groups: readonly Group[]): Record<string, number> {
  return Object.fromEntries(groups.map(({ key, count }) => [key.join(" "), count]));
}

const byPlace = (a: string, b: string) => Number(a.slice(3)) - Number(b.slice(3));
