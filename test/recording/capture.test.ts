import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CorelensError } from "../../src/errors.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import {
  captureAddress,
  capturedMessage,
  capturePath,
} from "../../src/recording/message-capture.ts";
import { openStored } from "../../src/recording/stored-events.ts";
import { corelens } from "../cli/run-command.ts";
import { event } from "../commands/lines.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { temporaryDirectory } from "./recordings.ts";

interface Message {
  readonly us: number;
  readonly type: string;
  readonly payload?: Uint8Array;
}

/** As Core's CaptureMessageToFile writes it. */
function bytesOf({ us, type, payload = new Uint8Array(0) }: Message): Buffer {
  const head = Buffer.alloc(24);
  head.writeBigUInt64LE(BigInt(us), 0);
  head.write(type, 8, 12, "latin1");
  head.writeUInt32LE(payload.length, 20);
  return Buffer.concat([head, payload]);
}

const BEGIN = 1_700_000_000_000_000;
const PING = { us: BEGIN + 7, type: "ping", payload: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
const MESSAGES: readonly Message[] = [{ us: BEGIN, type: "verack" }, PING];

function capture(bytes: Uint8Array, name = "msgs_recv.dat"): string {
  const path = join(temporaryDirectory(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

async function read(path: string) {
  const { reader, notes } = await openStored(path);
  const events: StreamEvent[] = [];
  try {
    for await (const batch of reader.batches()) events.push(...batch);
    return { events, reader, notes, error: null };
  } catch (error) {
    return { events, reader, notes, error };
  }
}

describe("messages that bitcoind captured", () => {
  const whole = Buffer.concat(MESSAGES.map(bytesOf));

  it("are events, with null for fields that the files do not have", async () => {
    const { events, reader, notes } = await read(capture(whole, "127.0.0.1_18444/msgs_sent.dat"));
    expect(events[1]).toEqual({
      ...{ tracepoint: "net:outbound_message", time: (BEGIN + 7) / 1000 },
      ...{ ktime: null, tid: null, thread: null, cpu: null, pid: null },
      ...{ peer_id: null, address: "127.0.0.1:18444", connection_type: null },
      ...{ msg_type: "ping", size: 8, payload: PING.payload },
    });
    expect(events[0]).toMatchObject({ msg_type: "verack", size: 0 });
    expect(reader.files).toMatchObject([{ complete: true, frames: 2, bytes: whole.length }]);
    expect(notes).toEqual([expect.stringContaining("peer_id")]);
  });

  it("report that their direction is unknown", async () => {
    const { notes } = await read(capture(whole, "x.dat"));
    expect(notes.join()).toContain("its messages are treated as received");
  });

  it("of all peers are one stream in order of time", async () => {
    const directory = temporaryDirectory();
    for (const [peer, at] of [
      ["[2001_db8__1]_8333", 3],
      ["203.0.113.9_8333", 5],
    ] as const) {
      mkdirSync(join(directory, peer));
      const messages = [BEGIN + at, BEGIN + 10 * at].map((us) => bytesOf({ ...PING, us }));
      writeFileSync(join(directory, peer, "msgs_recv.dat"), Buffer.concat(messages));
    }
    const { events } = await read(directory);
    const seen = events.map((each) => ["address", "time"].map((name) => Reflect.get(each, name)));
    expect(seen).toEqual([
      ["[2001:db8::1]:8333", BEGIN / 1000 + 0.003],
      ["203.0.113.9:8333", BEGIN / 1000 + 0.005],
      ["[2001:db8::1]:8333", BEGIN / 1000 + 0.03],
      ["203.0.113.9:8333", BEGIN / 1000 + 0.05],
    ]);
  });

  it("equal the output of --capture", async () => {
    const sent = event("net:inbound_message", {
      ...{ address: "[2001:db8::1]:8333", msg_type: "ping", size: 8, payload: PING.payload },
    });
    const { events } = await read(capture(capturedMessage(sent), capturePath(sent)));
    const { address, msg_type, payload } = sent;
    expect(events).toMatchObject([{ tracepoint: sent.tracepoint, address, msg_type, payload }]);
  });

  it("in a file that ends within a message report the position of its end", async () => {
    for (let length = 25; length < whole.length; length++) {
      const { events, reader, error } = await read(capture(whole.subarray(0, length)));
      expect(error).toBeNull();
      expect(events).toHaveLength(1);
      const cut = { unit: "message", at: 24, size: length - 24 };
      expect(reader.files[0]!.incomplete).toMatchObject(cut);
    }
    const { stderr, status } = await corelens("replay", capture(whole.subarray(0, 30)));
    expect(stderr).toContain("ends within a message: 6 bytes at byte 24 omitted");
    expect(status).toBe(0);
  });

  it("end at an absurd length or time, after the messages before it", async () => {
    const absurd = bytesOf(PING);
    absurd.writeUInt32LE(4_000_001, 20);
    for (const [bad, why] of [
      [absurd, "a message of 4000001 bytes is longer than the maximum, 4000000, at byte 24"],
      [Buffer.alloc(40, 0xff), "the time of a message is after the year 2100, at byte 24"],
    ] as const) {
      const path = capture(Buffer.concat([bytesOf(MESSAGES[0]!), bad, bytesOf(PING)]));
      const { events, error } = await read(path);
      expect(events).toHaveLength(1);
      expect(error).toMatchObject({ code: "RECORDING_CORRUPT" });
      expect(String(error)).toContain(why);
    }
  });

  it("of a damaged file do not prevent reading the other files", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "a"));
    const damaged = Buffer.concat([bytesOf(PING), Buffer.alloc(24, 0xff)]);
    writeFileSync(join(directory, "a", "msgs_recv.dat"), damaged);
    writeFileSync(join(directory, "a", "msgs_sent.dat"), whole);
    const { events, error } = await read(directory);
    expect(events).toHaveLength(3);
    expect(error).toMatchObject({ code: "RECORDING_CORRUPT" });
  });

  it("may have any bytes as type, and control characters never reach the terminal", async () => {
    const path = capture(Buffer.concat([whole, bytesOf({ ...PING, type: "\x1b[2J\x9b" })]));
    for (const args of [
      ["p2p-messages", "--decode"],
      ["p2p-messages"],
      ["trace"],
      ["p2p-traffic"],
    ]) {
      const { stdout, status } = await corelens(...args, "--from", path);
      expect(stdout).toContain("\\x1b[2J\\x9b");
      expect(["\x1b", "\x9b"].filter((control) => stdout.includes(control))).toEqual([]);
      expect(status).toBe(0);
    }
  });

  it("are counted, described, replayed and exported", async () => {
    const path = capture(whole);
    const counted = await corelens("count", "net:*", "--from", path, "--by", "msg_type");
    expect(counted.stdout).toMatch(/^verack +1 /m);
    expect((await corelens("info", path)).stdout).toContain("2 messages, whole");
    expect((await corelens("replay", path)).stdout).toContain("msg_type=ping size=8 B");
    const [line] = jsonLines((await corelens("export", path, "--json")).stdout);
    expect(line).toMatchObject({ msg_type: "verack", peer_id: null, payload: "" });
    const tables = join(dirname(path), "tables");
    expect((await corelens("export", path, "--parquet", tables)).stderr).toContain("2 rows");
    const selected = await corelens("trace", "--from", path, "--where", "size > 4", "--json");
    expect(selected.stdout).toContain('"msg_type":"ping"');
    expect(selected.stdout).not.toContain("verack");
  });

  it("are refused by commands that identify peers by their numbers", async () => {
    const { stderr, status } = await corelens("p2p-monitor", "--from", capture(whole));
    expect(stderr).toContain("which have no peer ids");
    expect(status).toBe(2);
  });

  it("with any bytes become events, a notice or a typed error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(60), async (bytes, at) => {
        const mixed = Buffer.concat([whole.subarray(0, at), bytes]);
        const { error } = await read(capture(mixed));
        expect(error === null || error instanceof CorelensError).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

it("the address of a captured peer is the name of its directory", () => {
  for (const address of ["203.0.113.9:8333", "[2001:db8::1]:8333", "a.b32.i2p:0"]) {
    const [directory] = capturePath(event("net:inbound_message", { address })).split("/");
    expect(captureAddress(directory!)).toBe(address);
  }
  expect(captureAddress("peer_x")).toBeNull();
});

describe("a file that is not a recording", () => {
  it.each([
    ["\x7fELF\x02\x01\x01\0", "a program, a library or a core file (ELF)"],
    ["\x1f\x8b\x08\0", "packed with gzip"],
    ["\x28\xb5\x2f\xfd", "packed with zstd"],
    ["", "empty"],
    ["\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0", "a packet capture (pcap)"],
    ['{"tracepoint":"mempool:added"}\n', "events as lines of JSON"],
    ['{"a":1}\n', "JSON"],
    ["root:x:0:0:root:/root:/bin/sh\n", "text"],
    ["PAR1", "a Parquet table"],
    ["CORE", "only the first bytes of a recording"],
    ["\xf9\xbe\xb4\xd9\x1d\x01\0\0", "a file of blocks, as a node stores them"],
    ["\0\x01\x02", "of an unknown format"],
  ])("is told by what it is: %j", async (bytes, form) => {
    const path = capture(Buffer.from(bytes, "latin1"), "file");
    for (const command of ["p2p-messages", "trace"]) {
      const { stderr, status } = await corelens(command, "--from", path);
      expect(stderr).toContain(`RECORDING_CORRUPT: ${path} is not a recording: it is ${form}`);
      expect(status).toBe(2);
    }
  });

  it("has an error with its kind", async () => {
    const { stderr } = await corelens("p2p-messages", "--from", "/dev/zero");
    expect(stderr).toContain("FILE_UNREADABLE: /dev/zero cannot be read: it is a pipe, a socket");
    const directory = await corelens("p2p-messages", "--from", temporaryDirectory());
    expect(directory.stderr).toContain("is a directory without files *.corelens, msgs_recv.dat");
  });
});
