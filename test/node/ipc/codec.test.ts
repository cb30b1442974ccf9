import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipcSchema } from "../../../scripts/ipc-schema.ts";
import { readStruct, writeStruct } from "../../../src/capnp/codec.ts";
import { MessageBuilder } from "../../../src/capnp/message-builder.ts";
import {
  Bool,
  bitsOf,
  Data,
  Float64,
  float64,
  Int32,
  Int64,
  int32,
  list,
  optional,
  struct,
  Text,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
} from "../../../src/capnp/schema.ts";
import type { Slot, Struct } from "../../../src/capnp/types.ts";
import { SCHEMA } from "../../../src/node/ipc/schema/all.ts";
import { Hash } from "../../../src/node/ipc/schema/hash.ts";
import { temporaryDirectory } from "../../helpers/compile.ts";
import { describeNeeding, tool } from "../../helpers/needs.ts";
import { rootOf } from "./frames.ts";

const Point = struct("Point", { x: int32(-1), y: float64(Number.MAX_VALUE), name: Text });
const Everything = struct("Everything", {
  flag: Bool,
  small: UInt8,
  short: UInt16,
  word: UInt32,
  signed: Int32,
  long: UInt64,
  signedLong: Int64,
  real: Float64,
  text: Text,
  bytes: Data,
  hash: Hash,
  point: Point,
  maybe: optional(Point),
  numbers: list(Int32),
  texts: list(Text),
  points: list(Point),
});

function written(type: Struct, value: Record<string, unknown>): Uint8Array {
  const message = new MessageBuilder();
  const { dataWords, pointers } = type.layout;
  writeStruct(type, message.root(dataWords, pointers), value, []);
  return message.finish();
}

const read = (type: Struct, bytes: Uint8Array) => readStruct(type, rootOf(bytes), () => null);

describe("values", () => {
  const point = fc.record({
    x: fc.integer(),
    y: fc.double({ noNaN: true }),
    name: fc.string({ unit: "grapheme" }),
  });
  const bytes = fc.uint8Array().map((array) => new Uint8Array(array));

  it("are read back as they were written", () => {
    fc.assert(
      fc.property(
        fc.record({
          flag: fc.boolean(),
          small: fc.nat(0xff),
          short: fc.nat(0xffff),
          word: fc.nat(0xffff_ffff),
          signed: fc.integer(),
          long: fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
          signedLong: fc.maxSafeInteger(),
          real: fc.double({ noNaN: true }),
          text: fc.string({ unit: "grapheme" }),
          bytes,
          hash: fc.string({
            unit: fc.constantFrom(..."0123456789abcdef"),
            minLength: 64,
            maxLength: 64,
          }),
          point,
          maybe: fc.option(point),
          numbers: fc.array(fc.integer()),
          texts: fc.array(fc.string()),
          points: fc.array(point),
        }),
        (value) => {
          expect(read(Everything, written(Everything, value))).toEqual(value);
        },
      ),
    );
  });

  it("have their defaults if nothing is written", () => {
    expect(read(Point, written(Point, {}))).toEqual({ x: -1, y: Number.MAX_VALUE, name: "" });
    expect(readStruct(Everything, null, () => null)).toMatchObject({
      hash: "0".repeat(64),
      point: { x: -1 },
      maybe: null,
      points: [],
    });
  });

  it("of an older or newer schema are read as far as both schemas share them", () => {
    const Old = struct("Old", { a: Int32, text: Text });
    const New = struct("New", { a: Int32, text: Text, b: int32(7), more: Text, long: UInt64 });
    const old = { a: 1, text: "x" };
    expect(read(New, written(Old, old))).toEqual({ ...old, b: 7, more: "", long: 0 });
    const value = { ...old, b: 2, more: "y", long: 3 };
    expect(read(Old, written(New, value))).toEqual(old);
  });

  it("that are too large for a message are refused", () => {
    const text = "x".repeat(70_000_000);
    expect(() => written(Point, { name: text })).toThrow(
      expect.objectContaining({ code: "IPC_TOO_LARGE" }),
    );
  });
});

describeNeeding([tool("capnp")], "the schema in the output of Cap'n Proto's compiler", () => {
  it("has every field at the offset where corelens reads and writes it", async () => {
    const calls = SCHEMA.flatMap(({ name, methods }) =>
      Object.values(methods).flatMap((method) => [
        { ...method.params, name: capitalized(`${name}${method.name}Params`) },
        { ...method.results, name: capitalized(`${name}${method.name}Results`) },
      ]),
    );
    const structs = [...calls, Everything as Struct];
    const file = join(temporaryDirectory(), "schema.capnp");
    writeFileSync(file, ipcSchema(SCHEMA, structs));
    const compiled = execFileSync("capnp", ["compile", "-ocapnp", file], { encoding: "utf8" });
    for (const { name, layout } of structs) {
      const [, text = ""] = new RegExp(`struct ${name} @[^{]*{(.*?)\n}`, "s").exec(compiled) ?? [];
      const places = [...text.matchAll(/^ {2}(\w+) @(\d+) .*# (bits|ptr)\[(\d+)/gm)];
      expect(places.map(([, field, , kind, at]) => [field, kind, Number(at)])).toEqual(
        layout.slots.map((slot) => [slot.name, ...placeOf(slot)]),
      );
    }
  });
});

function capitalized(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

function placeOf({ type, offset }: Slot): ["bits" | "ptr", number] {
  return "initial" in type ? ["bits", offset * bitsOf(type)] : ["ptr", offset];
}
