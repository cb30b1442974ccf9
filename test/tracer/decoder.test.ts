import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { WallClock } from "../../src/kernel/clock.ts";
import { ThreadNames } from "../../src/kernel/thread-names.ts";
import { compileDecoder } from "../../src/tracer/decoder.ts";
import { HEADER, layOut } from "../../src/tracer/record-layout.ts";
import { RecordMemory } from "../../src/tracer/record-memory.ts";
import { anyFields, field } from "./fields.ts";

const AT = 64;

/** Decodes a record of all `fields` that `write` has written. */
function decode(
  fields: readonly Field[],
  write: (bytes: Buffer, offsetOf: (name: string) => number) => void,
  name = "test:event",
) {
  const layout = layOut(1, name, fields, new Set(fields.map((field) => field.name)));
  const memory = new ArrayBuffer(AT + layout.size + 4096);
  const offsetOf = (name: string) =>
    layout.slots.find(({ field }) => field.name === name)?.offset ?? layout.size;
  write(Buffer.from(memory, AT), offsetOf);
  const records = new RecordMemory(memory, new WallClock(), new ThreadNames());
  return compileDecoder(layout, records)(AT);
}

const value = (one: Field, write: (bytes: Buffer, at: number) => void) =>
  decode([one], (bytes, offsetOf) => write(bytes, offsetOf(one.name)))[one.name];

const text = (bytes: Uint8Array, maxLength = 10) =>
  value(field("text", "string", { maxLength }), (memory, at) => memory.set(bytes, at));

describe("a decoder", () => {
  it("has the envelope of the header", () => {
    const event = decode([], (bytes) => {
      bytes.writeUInt16LE(1, HEADER.id);
      bytes.writeUInt16LE(513, HEADER.cpu);
      bytes.writeBigUInt64LE(1_234_567_890n, HEADER.ktime);
      bytes.writeUInt32LE(4_294_967_295, HEADER.tid);
      bytes.writeUInt32LE(4_194_304, HEADER.tgid);
    });
    expect(event).toEqual({
      tracepoint: "test:event",
      time: 1234.56789,
      ktime: 1_234_567_890,
      tid: 4_294_967_295,
      thread: null,
      cpu: 513,
      pid: 4_194_304,
    });
  });

  it("names this process's thread", () => {
    const event = decode([], (bytes) => {
      bytes.writeUInt32LE(process.pid, HEADER.tid);
      bytes.writeUInt32LE(process.pid, HEADER.tgid);
    });
    expect(event.thread).toEqual(expect.any(String));
  });

  it.each([
    [0n, 0],
    [2n ** 32n, 2 ** 32],
    [2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
    [2n ** 53n, 2n ** 53n],
    [2n ** 64n - 1n, 2n ** 64n - 1n],
  ])("has the unsigned 64-bit %s exactly", (written, read) => {
    expect(value(field("n", "uint64"), (bytes, at) => bytes.writeBigUInt64LE(written, at))).toBe(
      read,
    );
  });

  it.each([
    [-1n, -1],
    [-(2n ** 32n), -(2 ** 32)],
    [2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
    [2n ** 53n, 2n ** 53n],
    [-(2n ** 53n), -(2 ** 53)],
    [-(2n ** 53n) - 1n, -(2n ** 53n) - 1n],
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [-(2n ** 63n), -(2n ** 63n)],
  ])("has the signed 64-bit %s exactly", (written, read) => {
    expect(value(field("n", "int64"), (bytes, at) => bytes.writeBigInt64LE(written, at))).toBe(
      read,
    );
  });

  it("has any 64-bit integer exactly, as a number where that can be", () => {
    const check = (type: "int64" | "uint64", written: bigint) => {
      const read = value(field("n", type), (bytes, at) =>
        bytes.writeBigUInt64LE(BigInt.asUintN(64, written), at),
      ) as number | bigint;
      expect(BigInt(read)).toBe(written);
      if (Number.isSafeInteger(Number(written))) expect(typeof read).toBe("number");
    };
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (n) => check("uint64", n)));
    const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(fc.property(signed, (n) => check("int64", n)));
  });

  it.each([
    ["int32", [0, 0, 0, 0x80], -(2 ** 31)],
    ["uint32", [255, 255, 255, 255], 2 ** 32 - 1],
    ["int16", [0, 0x80], -(2 ** 15)],
    ["uint16", [255, 255], 2 ** 16 - 1],
    ["int8", [0x80], -128],
    ["uint8", [255], 255],
    ["bool", [0], false],
    ["bool", [1], true],
    ["bool", [128], true],
  ] as const)("has the extremes of %s: %j", (type, bytes, expected) => {
    expect(value(field("n", type), (memory, at) => memory.set(bytes, at))).toBe(expected);
  });

  it("reads no byte that is not the value's", () => {
    const fields = [
      field("a", "uint8"),
      field("b", "int16"),
      field("c", "bool"),
      field("d", "int8"),
    ];
    const event = decode(fields, (bytes, offsetOf) => {
      bytes.fill(0xff, HEADER.size);
      bytes.writeUInt8(1, offsetOf("a"));
      bytes.writeInt16LE(-2, offsetOf("b"));
      bytes.writeUInt8(0, offsetOf("c"));
      bytes.writeInt8(3, offsetOf("d"));
    });
    expect(event).toMatchObject({ a: 1, b: -2, c: false, d: 3 });
  });

  it("has a hash as it lies there, since the program has reversed it", () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
    expect(value(field("txid", "hash"), (memory, at) => memory.set(bytes, at))).toBe(
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    );
  });

  it("names the values of an enumeration, and has the number of one without a name", () => {
    const mode = field("mode", "uint32", { values: { 0: "NONE", 3: "ALWAYS" } });
    const named = (number: number) => value(mode, (bytes, at) => bytes.writeUInt32LE(number, at));
    expect([0, 1, 3, 2 ** 32 - 1].map(named)).toEqual(["NONE", 1, "ALWAYS", 2 ** 32 - 1]);
  });

  it("has a text up to its NUL, or up to the end of its room", () => {
    expect(text(Buffer.from("inbound\0garbage"))).toBe("inbound");
    expect(text(Buffer.from("\0garbage"))).toBe("");
    expect(text(Buffer.from("grün ₿ 😀\0"))).toBe("grün ₿ 😀");
    expect(text(Buffer.alloc(4200, "x"))).toBe("x".repeat(4096));
  });

  it("has the fields of a record's narrow form", () => {
    const fields = [field("text", "string", { maxLength: 10 }), field("count", "uint8")];
    const layout = layOut(1, "test:event", fields, new Set(["text", "count"]));
    const { narrow } = layout;
    const memory = new ArrayBuffer(narrow!.size);
    for (const { field, offset } of narrow!.slots) {
      Buffer.from(memory).set(field.name === "text" ? Buffer.from("inbound\0") : [7], offset);
    }
    const records = new RecordMemory(memory, new WallClock(), new ThreadNames());
    expect(compileDecoder(layout, records, narrow!)(0)).toMatchObject({
      text: "inbound",
      count: 7,
    });
  });

  it("shows bytes of a text that are not UTF-8 one by one", () => {
    expect(text(Buffer.from([0x41, 0xff, 0x00]))).toBe("A\\xff");
    expect(text(Buffer.from([0xc3, 0x28, 0x00]))).toBe("\\xc3(");
    expect(text(Buffer.from("\u007f\u001b[0m\0"))).toBe("\u007f\u001b[0m");
  });

  it("tells texts apart that begin alike, one after the other", () => {
    const one = field("text", "string", { maxLength: 10 });
    const layout = layOut(1, "test:event", [one], new Set(["text"]));
    const memory = new ArrayBuffer(layout.size);
    const decoder = compileDecoder(
      layout,
      new RecordMemory(memory, new WallClock(), new ThreadNames()),
    );
    const at = layout.slots[0]!.offset;
    const texts = ["inbound-1", "inbound-", "inbound-12", "inbound-1", "inbound", "", "inbound-1"];
    for (const text of texts) {
      Buffer.from(memory).write(`${text}\0`, at);
      expect(decoder(0).text).toBe(text);
    }
  });

  it("has a copy of the payload, of the length that was captured", () => {
    const payload = field("payload", "bytes", { length: "size" });
    let memory: Buffer | undefined;
    const event = decode([field("size", "uint64"), payload], (bytes, offsetOf) => {
      memory = bytes;
      bytes.writeBigUInt64LE(5_000_000n, offsetOf("size"));
      bytes.writeUInt32LE(3, HEADER.size);
      bytes.set([1, 2, 3, 4], offsetOf("payload"));
    });
    memory?.fill(0);
    expect(event).toMatchObject({ size: 5_000_000, payload: Uint8Array.of(1, 2, 3) });
  });

  it("names what was cut and what could not be read, which is null", () => {
    const fields = [
      field("a", "string"),
      field("b", "uint8"),
      field("c", "hash"),
      field("payload", "bytes", { length: "b" }),
    ];
    const event = decode(fields, (bytes, offsetOf) => {
      bytes.write("cut", offsetOf("a"));
      bytes.writeUInt8(7, offsetOf("b"));
      bytes.writeUInt16LE(0b0001, HEADER.truncated);
      bytes.writeUInt16LE(0b1100, HEADER.unreadable);
    });
    expect(event).toMatchObject({
      ...{ a: "cut", b: 7, c: null, payload: null },
      truncated: ["a"],
      unreadable: ["c", "payload"],
    });
  });

  it("takes any name for a name", () => {
    const name = 'test:"]; process.exit(1);\n\u2028`\\';
    const event = decode(
      [field(name, "uint8")],
      (bytes, at) => bytes.writeUInt8(5, at(name)),
      name,
    );
    expect(event).toMatchObject({ tracepoint: name, [name]: 5 });
  });

  it("makes an event of any bytes", () => {
    fc.assert(
      fc.property(anyFields(), fc.uint8Array({ minLength: 1, maxLength: 64 }), (any, pattern) => {
        const chosen = any.fields.filter(({ name }) => any.wanted.has(name));
        const event = decode(chosen, (bytes) => bytes.fill(pattern));
        for (const { name, type } of chosen) {
          const expected = type === "bytes" ? "object" : typeof event[name];
          expect([expected, "object"]).toContain(typeof event[name]);
          expect(event[name]).not.toBeUndefined();
        }
      }),
    );
  });
});
