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
    ["cpu == 3 && tid == 4000000000 && node == 0", true],
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
      ...["tracepoint", "time", "ktime", "tid", "thread", "cpu", "node", "peer_id"],
    ]);
  });
});
