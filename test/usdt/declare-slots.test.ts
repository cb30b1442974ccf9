import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ARGUMENT_TYPES, type ArgumentType } from "../../src/usdt/argument-type.ts";
import { Slots } from "../../src/usdt/declare/slots.ts";

/** Slots whose memory the test reads back, at made-up addresses. */
function observedSlots() {
  const arrays = new Map<bigint, Uint8Array>();
  const addressOf = (array: Uint8Array) => {
    const address = 0x7f00_0000_0000n + (BigInt(arrays.size) << 32n);
    arrays.set(address, array);
    return address;
  };
  const slots = new Slots(addressOf);
  const memory = Buffer.from(arrays.get(BigInt(slots.address))!.buffer);
  const at = (address: bigint): Buffer => {
    const start = address & ~0xffff_ffffn;
    const array = arrays.get(start)!;
    return Buffer.from(array.buffer, array.byteOffset, array.length).subarray(
      Number(address - start),
    );
  };
  /** What a tracer would read. */
  const read = (type: ArgumentType, slot: number): unknown => {
    const { size, signed } = ARGUMENT_TYPES[type];
    const word = memory.readBigUInt64LE(8 * slot);
    if (type === "string") return at(word).subarray(0, at(word).indexOf(0)).toString();
    if (type === "hash") return Buffer.from(at(word).subarray(0, 32)).reverse().toString("hex");
    if (type === "bytes") return arrays.get(word);
    const value = signed ? BigInt.asIntN(8 * size, word) : BigInt.asUintN(8 * size, word);
    expect(BigInt.asIntN(64, word)).toBe(BigInt.asIntN(64, value));
    return type === "bool" ? value === 1n : value;
  };
  return { slots, read };
}

const bigInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bigUint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const VALUES = {
  int64: fc.oneof(fc.maxSafeInteger(), bigInt64),
  uint64: fc.oneof(fc.maxSafeNat(), bigUint64),
  int32: fc.integer(),
  uint32: fc.nat(0xffff_ffff),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint16: fc.nat(0xffff),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  uint8: fc.nat(0xff),
  bool: fc.boolean(),
  string: fc.string({ unit: "grapheme", maxLength: 100 }).map((text) => text.replaceAll("\0", "")),
  hash: fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("hex")),
  bytes: fc.uint8Array({ maxLength: 100 }),
} satisfies Record<ArgumentType, fc.Arbitrary<unknown>>;

const anyArgument = fc
  .constantFrom(...(Object.keys(VALUES) as ArgumentType[]))
  .chain((type) =>
    fc.record({ type: fc.constant(type), value: VALUES[type] as fc.Arbitrary<unknown> }),
  );

describe("slots", () => {
  const { slots, read } = observedSlots();

  test("hold the passed values, for all types in any order", () => {
    fc.assert(
      fc.property(fc.array(anyArgument, { maxLength: 12 }), (passed) => {
        const types = passed.map(({ type }) => type);
        slots.write(
          "test:any",
          types,
          passed.map(({ value }) => value),
        );
        for (const [slot, { type, value }] of passed.entries()) {
          expect(read(type, slot)).toEqual(typeof value === "number" ? BigInt(value) : value);
        }
      }),
    );
  });

  test("accept texts of any length, several in one call", () => {
    const texts = [1, 21_000, 30_000, 70_000, 5].map((length) => "é".repeat(length));
    slots.write(
      "test:long",
      texts.map(() => "string"),
      texts,
    );
    expect(texts.map((_, slot) => read("string", slot))).toEqual(texts);
  });

  test("end a text at its first NUL, as every reader does", () => {
    slots.write("test:nul", ["string"], ["cut\0off"]);
    expect(read("string", 0)).toBe("cut");
  });

  test("accept a hash as text in display order or as bytes in internal order", () => {
    const display = "00000000000000000001d2f1e5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e";
    const internal = Buffer.from(display, "hex").reverse();
    slots.write("test:hash", ["hash", "hash", "hash"], [display, internal, display.toUpperCase()]);
    expect([0, 1, 2].map((slot) => read("hash", slot))).toEqual([display, display, display]);
  });

  test("point to the memory of byte arrays without a copy", () => {
    const payload = new Uint8Array(4_000_000);
    slots.write("test:payload", ["bytes"], [payload]);
    expect(read("bytes", 0)).toBe(payload);
  });

  test.each<[ArgumentType, unknown]>([
    ["int64", "7"],
    ["int64", 2 ** 53],
    ["int64", 2n ** 63n],
    ["uint64", -1],
    ["uint64", -1n],
    ["uint64", 2n ** 64n],
    ["int32", 2 ** 31],
    ["int32", 7n],
    ["int32", Number.NaN],
    ["uint32", -1],
    ["uint32", 1.5],
    ["int16", 0x8000],
    ["uint16", 0x1_0000],
    ["int8", -129],
    ["uint8", Number.POSITIVE_INFINITY],
    ["bool", 1],
    ["string", undefined],
    ["string", Buffer.from("text")],
    ["hash", "00"],
    ["hash", "zz".repeat(32)],
    ["hash", new Uint8Array(31)],
    ["hash", null],
    ["bytes", "text"],
    ["bytes", new ArrayBuffer(8)],
    ["bytes", Symbol("bytes")],
    ["bytes", () => {}],
    ["bytes", Object.create(null)],
  ])("refuse a %s with the value %o", (type, value) => {
    expect(() => slots.write("test:refused", ["bool", type], [true, value])).toThrow(
      expect.objectContaining({
        code: "ARGUMENT_INVALID",
        message: expect.stringMatching(/^test:refused: argument 2 must be .*, not .*$/),
      }),
    );
  });

  test("refuse too few and too many arguments", () => {
    for (const values of [[], [1, 2]]) {
      expect(() => slots.write("test:count", ["int32"], values)).toThrow(
        `test:count: ${values.length} arguments instead of 1`,
      );
    }
  });
});
