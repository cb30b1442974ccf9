import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { infoJson, infoLines } from "../../src/commands/info/info-text.ts";
import { CorelensError } from "../../src/errors.ts";
import { eventJson } from "../../src/event/json.ts";
import {
  type Codec,
  FRAME,
  type FrameType,
  frameHead,
  SIGNATURE_SIZE,
  signature,
} from "../../src/recording/format.ts";
import { readInfo } from "../../src/recording/info.ts";
import { EventText } from "../../src/text/event-text.ts";
import {
  read,
  record,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "./recordings.ts";

const EVENTS = simulatedEvents(300);

function frame(type: FrameType, body: Uint8Array, codec: Codec = "none", unpacked = body.length) {
  return Buffer.concat([frameHead(type, codec, body, unpacked), body]);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A file of these frames, whose checksums are right. */
function crafted(...frames: readonly Buffer[]): string {
  const path = join(temporaryDirectory(), "crafted");
  writeFileSync(path, Buffer.concat([signature(), ...frames]));
  return path;
}

/** Everything that is done with what could be read; and it was a refusal of the recording, if any, that ended it. */
async function use(path: string): Promise<{ readonly count: number; readonly error: unknown }> {
  const { events, reader, error } = await read(path);
  if (error !== null) {
    expect(error).toBeInstanceOf(CorelensError);
    expect((error as CorelensError).code).toMatch(/^RECORDING_(CORRUPT|VERSION)$/);
  }
  const text = new EventText(false);
  text.learn(reader.kinds);
  for (const event of events) {
    text.line(event);
    eventJson(event);
  }
  return { count: events.length, error };
}

interface Whole {
  readonly path: string;
  readonly bytes: Buffer;
  /** What is in it. */
  readonly lines: readonly string[];
}

async function whole(): Promise<Whole> {
  const path = join(temporaryDirectory(), "whole");
  await record(path, SIMULATED_KINDS, EVENTS, { batch: 50, maxPayload: 100 });
  const { events } = await read(path);
  return { path, bytes: readFileSync(path), lines: events.map(eventJson) };
}

describe("a damaged recording", () => {
  it("yields the events before the position where it was cut, at any position", async () => {
    const { path, bytes, lines } = await whole();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        const { events, reader, error } = await read(path);
        expect(events.map(eventJson)).toEqual(lines.slice(0, events.length));
        expect(reader.files[0]?.complete).toBe(false);
        if (length < SIGNATURE_SIZE) expect(error).toMatchObject({ code: "RECORDING_CORRUPT" });
        else expect(error).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it("yields the events before a flipped bit, and never a wrong event", async () => {
    const { path, bytes, lines } = await whole();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << bit;
        writeFileSync(path, damaged);
        const { events, reader, error } = await read(path);
        expect(events.map(eventJson)).toEqual(lines.slice(0, events.length));
        const isTold = error instanceof CorelensError || reader.files[0]!.incomplete !== null;
        expect(isTold).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when it is not a recording", async () => {
    const path = join(temporaryDirectory(), "noise");
    for (const bytes of [Buffer.alloc(0), randomBytes(5), randomBytes(5000), Buffer.alloc(5000)]) {
      writeFileSync(path, bytes);
      expect((await use(path)).error).toMatchObject({ code: "RECORDING_CORRUPT" });
    }
  });

  it.each([0, 3, 4_000_000_000])("of version %i is refused with its version", async (version) => {
    const { path, bytes } = await whole();
    bytes.writeUInt32LE(version, 8);
    writeFileSync(path, bytes);
    const { error } = await use(path);
    expect(error).toMatchObject({ code: "RECORDING_VERSION", exitStatus: 2 });
    expect((error as Error).message).toContain(`format version ${version}`);
  });

  it("with absurd lengths allocates no memory for them", async () => {
    const head = frameHead(FRAME.events, "none", new Uint8Array(0), 0);
    head.writeUInt32LE(0xffff_ffff, 4);
    head.writeUInt32LE(0xffff_ffff, 8);
    expect((await use(crafted(head))).error).toMatchObject({ code: "RECORDING_CORRUPT" });
  });

  it("that decompresses to more than its declared length is refused", async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const path = crafted(frame(FRAME.events, bomb, "gzip", 1000));
    expect((await use(path)).error).toMatchObject({ code: "RECORDING_CORRUPT" });
  });
});

describe("a malicious recording", () => {
  const kind = (fields: unknown, name: unknown = "a:b", id: unknown = 1) =>
    frame(FRAME.kind, json({ id, name, fields }));

  it.each([
    ["a field called __proto__", kind([{ name: "__proto__", type: "int64" }])],
    ["a field called as every event's", kind([{ name: "tracepoint", type: "int64" }])],
    ["a field of code", kind([{ name: '"]+process.exit()+["', type: "int64" }])],
    ["a type of code", kind([{ name: "a", type: "bool(); process.exit(); block.bool" }])],
    ["a type of every object", kind([{ name: "a", type: "constructor" }])],
    [
      "the same field twice",
      kind([
        { name: "a", type: "bool" },
        { name: "a", type: "bool" },
      ]),
    ],
    ["a notice as a kind", kind([], "corelens:lost")],
    ["a kind without a number", kind([], "a:b", "1")],
    ["a kind with a huge number", kind([], "a:b", 1e9)],
    [
      "more fields than a mask has bits",
      kind(Array.from({ length: 40 }, (_, i) => ({ name: `a${i}`, type: "bool" }))),
    ],
    ["fields that are none", kind("abc")],
    ["a kind that is no JSON", frame(FRAME.kind, Buffer.from("{"))],
  ])("with %s is refused", async (_, frame) => {
    expect((await use(crafted(frame))).error).toMatchObject({ code: "RECORDING_CORRUPT" });
  });

  it("with any bytes as a block is refused or has printable events", async () => {
    const names = ["int64", "uint64", "int32", "bool", "string", "hash", "bytes"];
    const fields = names.map((type, i) => ({ name: `f${i}`, type }));
    const byte = fc.oneof(fc.constantFrom(0, 1, 4, 5, 6, 7, 0x80, 0xff), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 400 }), async (body) => {
        await use(
          crafted(kind(fields), kind([], "c:d", 2), frame(FRAME.events, Uint8Array.from(body))),
        );
      }),
      { numRuns: 400 },
    );
  });

  it("with incomplete notices is refused", async () => {
    const notices = [
      { tracepoint: "corelens:attached", time: 1 },
      { tracepoint: "corelens:lost", time: 1e300, lost: 1, lost_tracepoint: "" },
      { tracepoint: "corelens:toString", time: 1 },
      { tracepoint: "corelens:lost", time: 1, lost: "many", lost_tracepoint: "" },
      null,
      [],
    ];
    for (const notice of notices) {
      const text = json(notice);
      const block = Buffer.concat([Buffer.of(0, text.length), text]);
      const { error } = await use(crafted(frame(FRAME.events, block)));
      expect(error).toMatchObject({ code: "RECORDING_CORRUPT" });
    }
  });

  it("with control characters in all names prints none of them", async () => {
    const block = Buffer.from([5, 0, ...new Uint8Array(8), 0, 1, 1, 1, 0]);
    const info = await readInfo(crafted(kind([], "\u001b[2J:\n"), frame(FRAME.events, block)));
    expect(info.damage).toBeNull();
    const text = infoLines(info, (_, part) => part).join("");
    expect(text).toContain("\\x1b[2J:\\x0a");
    expect(text).not.toContain("\u001b");
    expect(JSON.parse(infoJson(info)).events).toBe(1);
  });
});
