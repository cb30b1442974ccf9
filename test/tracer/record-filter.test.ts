import { describe, expect, it } from "vitest";
import { WallClock } from "../../src/kernel/clock.ts";
import { ThreadNames } from "../../src/kernel/thread-names.ts";
import { compileDecoder } from "../../src/tracer/decoder.ts";
import { compileRecordFilter } from "../../src/tracer/record-filter.ts";
import { HEADER, layOut } from "../../src/tracer/record-layout.ts";
import { RecordMemory } from "../../src/tracer/record-memory.ts";
import { field } from "./fields.ts";

const AT = 64;
const FIELDS = [
  field("peer_id", "int64"),
  field("vout", "uint32"),
  field("coinbase", "bool"),
  field("msg_type", "string", { maxLength: 12 }),
  field("txid", "hash"),
];
const HASH = "0123456789abcdef".repeat(4);

/** A record of the fields, of which the event has only the first, with the reader's conditions. */
function record(conditions: readonly string[], header: (bytes: Buffer) => void = () => {}) {
  const every = new Set(FIELDS.keys());
  const layout = layOut(0, "a:b", FIELDS, new Set(["peer_id"]), {
    texts: conditions,
    arguments: every,
  });
  const memory = new ArrayBuffer(AT + layout.size);
  const bytes = Buffer.from(memory, AT);
  const [peer, vout, coinbase, type, txid] = layout.slots.map(({ offset }) => offset) as [
    ...[number, number, number, number, number],
  ];
  bytes.writeBigInt64LE(-(2n ** 60n), peer);
  bytes.writeUInt32LE(2 ** 32 - 1, vout);
  bytes[coinbase] = 1;
  bytes.write("getheaders\0garbage", type);
  bytes.write(HASH, txid, "hex");
  bytes.writeUInt16LE(3, HEADER.cpu);
  bytes.writeUInt32LE(4_000_000_000, HEADER.tid);
  header(bytes);
  const records = new RecordMemory(memory, new WallClock(), new ThreadNames());
  return { layout, records };
}

const passes = (conditions: readonly string[], header?: (bytes: Buffer) => void) => {
  const { layout, records } = record(conditions, header);
  return compileRecordFilter(layout, records)!(AT);
};

describe("the reader's conditions", () => {
  it.each([
    ['ends_with(msg_type, "ers")', true],
    ['ends_with(msg_type, "garbage")', false],
    ['msg_type == "getheaders"', true],
    ["peer_id == -1152921504606846976", true],
    ["vout == 4294967295", true],
    ["!coinbase", false],
    [`txid == "${HASH}"`, true],
    ["cpu == 3 && tid == 4000000000 && pid == 0 && node == 0", true],
    ["cpu == 2", false],
  ])("are tested on the record: %s: %s", (condition, expected) => {
    expect(passes([condition])).toBe(expected);
  });

  it("have to hold all", () => {
    expect(passes(["vout > 1", "coinbase"])).toBe(true);
    expect(passes(["vout > 1", "!coinbase"])).toBe(false);
  });

  it("let pass what could not be read, unless the rest is false", () => {
    const unreadable = (bytes: Buffer) => bytes.writeUInt16LE(1 << 3, HEADER.unreadable);
    expect(passes(['msg_type == "x"'], unreadable)).toBe(true);
    expect(passes(['msg_type == "x" && vout == 1'], unreadable)).toBe(false);
  });

  it.each([
    ['ends_with(msg_type, "x")', true],
    ['!ends_with(msg_type, "x")', true],
    ['contains(msg_type, "get")', true],
    ['!contains(msg_type, "get")', false],
    ['contains(msg_type, "set")', true],
    ['msg_type == "getheaders"', false],
    ['msg_type == "getheaders2"', true],
    ['msg_type == "setheaders2"', false],
    ['starts_with(msg_type, "getheaders2")', true],
    ['starts_with(msg_type, "getdata")', false],
  ])("let pass what a cut text leaves open: %s: %s", (condition, expected) => {
    const truncated = (bytes: Buffer) => bytes.writeUInt16LE(1 << 3, HEADER.truncated);
    expect(passes([condition], truncated)).toBe(expected);
  });

  it("are not there when programs decide all", () => {
    const { layout, records } = record([]);
    expect(compileRecordFilter(layout, records)).toBeNull();
  });

  it("can read fields that the event does not have", () => {
    const { layout, records } = record(['ends_with(msg_type, "x")'], (bytes) =>
      bytes.writeUInt16LE(1 << 3, HEADER.unreadable),
    );
    const event = compileDecoder(layout, records)(AT);
    expect(Object.keys(event)).toEqual([
      ...["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid", "peer_id"],
    ]);
  });
});

describe("conditions of floating-point numbers", () => {
  const fields = [field("double", "float64"), field("float", "float32"), field("n", "int32")];
  const arguments_ = new Set(fields.keys());

  function passesWith(text: string, double: number, unknown: readonly number[] = []) {
    const conditions = { texts: [text], arguments: arguments_ };
    const layout = layOut(0, "a:b", fields, new Set(), conditions, undefined, unknown);
    const memory = new ArrayBuffer(AT + layout.size);
    const view = new DataView(memory, AT);
    const [d, f, n] = layout.slots.map(({ offset }) => offset) as [number, number, number];
    view.setFloat64(d, double, true);
    view.setFloat32(f, 0.1, true);
    view.setInt32(n, 7, true);
    for (const argument of unknown) view.setUint16(HEADER.unreadable, 1 << argument, true);
    const records = new RecordMemory(memory, new WallClock(), new ThreadNames());
    return compileRecordFilter(layout, records)!(AT);
  }

  it.each([
    ["double > 2.5", 2.75, true],
    ["double > 2.5", 2.25, false],
    ["2.5 < double", 2.75, true],
    ["double == -0.5", -0.5, true],
    ["double != -0.5", -0.5, false],
    ["double in (1, 2.75)", 2.75, true],
    ["float == 0.1", 0, true],
    ["double > 1", Number.NaN, false],
    ["!(double > 1)", Number.NaN, true],
    ["double != 1", Number.NaN, true],
    ["double < 1", Number.POSITIVE_INFINITY, false],
  ])("%s of %d: %s", (text, value, expected) => {
    expect(passesWith(text, value)).toBe(expected);
  });

  it.each([
    ["double > 1", null],
    ["!(double > 1)", null],
    ["double > 1 && n == 8", false],
    ["double > 1 && n == 7", null],
    ["double > 1 || n == 7", true],
  ])(
    "where the site never lets it be read, are undecided unless the rest decides: %s",
    (text, expected) => {
      expect(passesWith(text, 5, [0])).toBe(expected);
    },
  );

  it("are refused with units, and in arithmetic", () => {
    expect(() => passesWith("double > 5ms", 1)).toThrow(/a number is expected/);
    expect(() => passesWith("double * 2 > 5", 1)).toThrow(/an integer is expected/);
  });
});
