import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Field, FieldType } from "../../src/contract/types.ts";
import type { RawEvent } from "../../src/event/event.ts";
import { eventJson } from "../../src/event/json.ts";
import type { EventKind } from "../../src/event/kind.ts";
import type { Notice, StreamEvent } from "../../src/event/notice.ts";
import { field } from "../tracer/fields.ts";
import {
  read,
  record,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "./recordings.ts";

/** As decoders give 64 bits: a number where it is exact. */
function wide(value: bigint): number | bigint {
  return value >= -(2n ** 53n) && value < 2n ** 53n ? Number(value) : value;
}

function anyWide(min: bigint, max: bigint): fc.Arbitrary<number | bigint> {
  const edges = [
    min,
    max,
    0n,
    2n ** 52n,
    2n ** 53n - 1n,
    2n ** 53n,
    -(2n ** 53n),
    -(2n ** 53n) - 1n,
  ];
  const inside = edges.filter((edge) => edge >= min && edge <= max);
  return fc
    .oneof(
      fc.constantFrom(...inside),
      fc.bigInt({ min, max }),
      fc.bigInt(-300n < min ? min : -300n, 300n),
    )
    .map(wide);
}

const text = fc.string({ unit: "grapheme", maxLength: 80 });
const integer = (min: number, max: number) =>
  fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));

const VALUES: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  int64: anyWide(-(2n ** 63n), 2n ** 63n - 1n),
  uint64: anyWide(0n, 2n ** 64n - 1n),
  int32: integer(-(2 ** 31), 2 ** 31 - 1),
  uint32: integer(0, 2 ** 32 - 1),
  int16: integer(-(2 ** 15), 2 ** 15 - 1),
  uint16: integer(0, 2 ** 16 - 1),
  int8: integer(-128, 127),
  uint8: integer(0, 255),
  bool: fc.boolean(),
  string: text,
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString("hex")),
  bytes: fc.uint8Array({ maxLength: 300 }),
  float64: fc.double(),
  float32: fc.float(),
  words: fc.array(anyWide(0n, 2n ** 64n - 1n), { maxLength: 8 }),
};

const anyKind: fc.Arbitrary<EventKind> = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 20 }).map((name) => `any:${name}`),
    types: fc.array(fc.constantFrom(...(Object.keys(VALUES) as FieldType[])), { maxLength: 12 }),
  })
  .map(({ name, types }) => ({ name, fields: types.map((type, i) => field(`arg${i}`, type)) }));

function anyEvent({ name, fields }: EventKind): fc.Arbitrary<StreamEvent> {
  const values = fc.tuple(...fields.map(({ type }) => VALUES[type]));
  const mask = fc.oneof(fc.constant(0), fc.nat(2 ** fields.length - 1));
  const named = (bits: number) => fields.filter((_, i) => (bits >> i) & 1).map((each) => each.name);
  return fc
    .record({
      time: fc.oneof(fc.double({ min: -1e15, max: 1e15, noNaN: true }), fc.constant(1e12)),
      ktime: anyWide(0n, 2n ** 64n - 1n),
      tid: integer(0, 2 ** 22),
      thread: fc.option(text),
      cpu: integer(0, 65_535),
      pid: integer(0, 2 ** 22),
      values,
      truncated: mask,
      unreadable: mask,
    })
    .map(({ values, truncated, unreadable, ...envelope }) => ({
      tracepoint: name,
      ...envelope,
      ...Object.fromEntries(
        fields.map((each, i) => [each.name, (unreadable >> i) & 1 ? null : values[i]]),
      ),
      ...(truncated > 0 && { truncated: named(truncated) }),
      ...(unreadable > 0 && { unreadable: named(unreadable) }),
    }));
}

const time = fc.double({ min: 0, max: 1e13, noNaN: true });
const count = fc.nat(2 ** 40);
const anyNotice: fc.Arbitrary<Notice> = fc.oneof(
  fc.record({
    tracepoint: fc.constant("corelens:lost" as const),
    time,
    lost_tracepoint: text,
    lost: count,
  }),
  fc.record({
    tracepoint: fc.constant("corelens:attached" as const),
    time,
    binary: text,
    pid: fc.option(count),
    tracepoints: count,
  }),
  fc.record({ tracepoint: fc.constant("corelens:ended" as const), time, pid: count }),
  fc.record({
    tracepoint: fc.constant("corelens:error" as const),
    time,
    code: text,
    message: text,
  }),
);

const anyStream = fc
  .uniqueArray(anyKind, { minLength: 1, maxLength: 4, selector: ({ name }) => name })
  .chain((kinds) =>
    fc.record({
      kinds: fc.constant(kinds),
      events: fc.array(fc.oneof(...kinds.map(anyEvent), anyNotice), {
        minLength: 1,
        maxLength: 40,
      }),
      batch: fc.integer({ min: 1, max: 40 }),
      codec: fc.constantFrom("none" as const, "gzip" as const),
    }),
  );

function event(tracepoint: string, values: Record<string, unknown>): RawEvent {
  return { tracepoint, time: 1e12, ktime: 1, tid: 1, thread: null, cpu: 0, pid: 1, ...values };
}

describe("a recording", () => {
  it("yields the same events of any kind, in the same order", async () => {
    const directory = temporaryDirectory();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(anyStream, async ({ kinds, events, batch, codec }) => {
        const path = join(directory, `${runs++}.corelens`);
        await record(path, kinds, events, { batch, codec });
        const { events: again, error, reader } = await read(path);
        expect(error).toBeNull();
        expect(again).toEqual(events);
        expect(again.map(eventJson)).toEqual(events.map(eventJson));
        expect(reader.kinds).toEqual(kinds);
        expect(reader.files[0]).toMatchObject({ complete: true, incomplete: null, writer: "test" });
      }),
      { numRuns: 150 },
    );
  });

  it("yields a simulated node's stream with its payloads, with every codec", async () => {
    const directory = temporaryDirectory();
    const events = simulatedEvents(20_000);
    for (const codec of ["none", "gzip"] as const) {
      await record(join(directory, codec), SIMULATED_KINDS, events, { codec, batch: 4096 });
      const { events: again } = await read(join(directory, codec));
      expect(again.length).toBe(events.length);
      expect(again.map(eventJson).join("\n") === events.map(eventJson).join("\n")).toBe(true);
    }
  });

  it("separates the events of a former release from those of the next one", async () => {
    const path = join(temporaryDirectory(), "upgrade");
    const before = {
      name: "mempool:added",
      fields: [field("vsize", "uint64"), field("fee", "int64")],
    };
    const after = {
      name: "mempool:added",
      fields: [field("vsize", "int32"), field("age", "int64")],
    };
    const events = [
      event("mempool:added", { vsize: 7, fee: -1 }),
      event("mempool:added", { vsize: -7, age: 2 }),
      event("mempool:added", { vsize: 2 ** 40, fee: 3 }),
    ];
    await record(path, [before, after], events);
    const { events: again, reader } = await read(path);
    expect(again).toEqual(events);
    expect(reader.tallies().get("mempool:added")?.delivered).toBe(3);
  });

  it("keeps the names of enumerated values, and numbers without a name", async () => {
    const path = join(temporaryDirectory(), "modes");
    const mode: Field = field("mode", "uint32", { values: { 0: "NONE", 4: "FORCE_SYNC" } });
    const events = ["NONE", "FORCE_SYNC", 9].map((value) =>
      event("utxocache:flush", { mode: value }),
    );
    await record(path, [{ name: "utxocache:flush", fields: [mode] }], events);
    expect((await read(path)).events).toEqual(events);
  });

  it("keeps the requested bytes of a payload, and names it in truncated", async () => {
    const path = join(temporaryDirectory(), "cut");
    const fields = [field("size", "uint64"), field("payload", "bytes", { length: "size" })];
    const whole = event("net:inbound_message", { size: 2, payload: Uint8Array.of(1, 2) });
    const long = event("net:inbound_message", { size: 5, payload: Uint8Array.of(1, 2, 3, 4, 5) });
    await record(path, [{ name: "net:inbound_message", fields }], [whole, long], {
      maxPayload: 3,
    });
    expect((await read(path)).events).toEqual([
      whole,
      { ...long, payload: Uint8Array.of(1, 2, 3), truncated: ["payload"] },
    ]);
  });
});
