import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../../src/event/event.ts";
import type { EventKind } from "../../../src/event/kind.ts";
import type { StreamEvent } from "../../../src/event/notice.ts";
import type { EventSource } from "../../../src/event/source.ts";
import { parseBetween } from "../../../src/model/intervals/between.ts";
import { IntervalSource } from "../../../src/model/intervals/interval-source.ts";

const MESSAGE: EventKind["fields"] = [
  { name: "peer_id", type: "int64", meaning: "" },
  { name: "msg_type", type: "string", meaning: "" },
  { name: "payload", type: "bytes", meaning: "" },
];
const KINDS: readonly EventKind[] = [
  { name: "net:inbound_message", fields: MESSAGE },
  { name: "net:outbound_message", fields: MESSAGE },
  { name: "mempool:added", fields: [{ name: "txid", type: "hash", meaning: "" }] },
];

const event = (tracepoint: string, ktime: number, fields: Record<string, unknown>): RawEvent => ({
  ...{ tracepoint, time: ktime, ktime, tid: 7, thread: "t", cpu: 0, pid: 1 },
  ...fields,
});
const message = (
  direction: "in" | "out",
  ktime: number,
  peer_id: number | null,
  msg_type: string,
  other: Record<string, unknown> = {},
) =>
  event(`net:${direction}bound_message`, ktime, {
    ...{ peer_id, msg_type, payload: new Uint8Array(9) },
    ...other,
  });

function sourceOf(events: readonly StreamEvent[], kinds = KINDS): EventSource {
  return {
    kinds,
    async *batches() {
      yield [...events];
    },
    tallies: () => new Map(),
    cost: async () => null,
    stop: async () => {},
    close: async () => {},
  };
}

async function intervals(text: string, per: string, ...events: StreamEvent[]) {
  const source = new IntervalSource(sourceOf(events), parseBetween(text), per);
  const found: StreamEvent[] = [];
  for await (const batch of source.batches()) found.push(...batch);
  return found;
}

const BOTH = "net:inbound_message..net:outbound_message";

describe("intervals", () => {
  it("are events with the fields of both, without payloads", async () => {
    const [interval, unpaired] = await intervals(
      BOTH,
      "thread",
      message("in", 10, 7, "ping"),
      message("out", 15, 7, "pong"),
    );
    expect(interval).toEqual({
      ...{ tracepoint: BOTH, time: 15, ktime: 15, tid: 7, thread: "t", cpu: 0, pid: 1 },
      ...{ duration_ns: 5, nth: 1 },
      ...{ "from.peer_id": 7, "from.msg_type": "ping" },
      ...{ "to.peer_id": 7, "to.msg_type": "pong" },
    });
    expect(unpaired).toMatchObject({ tracepoint: "corelens:unpaired", time: 15, begun: 1 });
    const { kinds } = new IntervalSource(sourceOf([]), parseBetween(BOTH), "thread");
    expect(kinds[0]!.fields.map(({ name }) => name)).toEqual([
      ...["duration_ns", "nth", "from.peer_id", "from.msg_type", "to.peer_id", "to.msg_type"],
    ]);
  });

  it("cost what the events cost that they are made from", () => {
    const tally = { delivered: 7, lost: 1, truncated: 0, unreadable: 0, omitted: 0, undecided: 0 };
    const source = { ...sourceOf([]), tallies: () => new Map([["net:inbound_message", tally]]) };
    expect(new IntervalSource(source, parseBetween(BOTH), "thread").hits).toBe(8);
  });

  it("test the queries before they pair", async () => {
    const text = `net:inbound_message[msg_type == "]..a:b["]..net:outbound_message[peer_id == 7]`;
    expect(parseBetween(text)).toMatchObject({
      from: { where: 'msg_type == "]..a:b["' },
      to: { where: "peer_id == 7" },
      name: BOTH,
    });
    const found = await intervals(
      'net:inbound_message[msg_type == "ping"]..net:outbound_message[msg_type == "pong"]',
      "thread",
      message("in", 1, 7, "ping"),
      message("in", 2, 7, "tx"),
      message("out", 3, 7, "inv"),
      message("out", 4, 7, "pong"),
    );
    expect(found.slice(0, -1)).toMatchObject([{ duration_ns: 3 }]);
  });

  it("pair events of the same peer or thread of a process", async () => {
    const events = [
      message("in", 1, 7, "ping"),
      message("in", 2, 8, "ping"),
      message("in", 3, 7, "ping", { pid: 2 }),
      message("out", 4, 7, "pong"),
    ];
    const durations = async (per: string) =>
      (await intervals(BOTH, per, ...events))
        .slice(0, -1)
        .map((each) => (each as RawEvent).duration_ns);
    expect(await durations("peer")).toEqual([3]);
    expect(await durations("peer_id")).toEqual([3]);
    expect(await durations("thread")).toEqual([2]);
    expect(await durations("msg_type")).toEqual([]);
  });

  it("can go from a tracepoint to the same one", async () => {
    const found = await intervals(
      "net:inbound_message..net:inbound_message",
      "thread",
      ...[1, 3, 7].map((ktime) => message("in", ktime, 7, "tx")),
    );
    expect(found).toMatchObject([{ duration_ns: 2 }, { duration_ns: 4 }, { unended: 1 }]);
  });

  it("name the cut and unreadable fields of both, and pair none by them", async () => {
    const events = [
      message("in", 1, null, "tx", { unreadable: ["peer_id"], truncated: ["msg_type"] }),
      message("out", 2, 7, "tx", { truncated: ["payload", "msg_type"] }),
    ];
    expect((await intervals(BOTH, "thread", ...events))[0]).toMatchObject({
      unreadable: ["from.peer_id"],
      truncated: ["from.msg_type", "to.msg_type"],
      "from.peer_id": null,
    });
    for (const per of ["peer", "msg_type"]) {
      expect(await intervals(BOTH, per, ...events)).toMatchObject([{ dropped: 1, unbegun: 1 }]);
    }
  });

  it.each([
    ["net:inbound_message", "does not name two tracepoints"],
    ["net:*..net:outbound_message", "does not name two tracepoints"],
    ["net:inbound_message[..net:outbound_message", "does not name two tracepoints"],
    ["net:inbound_message[size ==]..net:outbound_message", "expected"],
  ])("cannot be %s", (text, message) => {
    expect(() => parseBetween(text)).toThrow(message);
  });

  it.each([
    [BOTH, "txid", "there is no field txid in net:inbound_message"],
    ["net:inbound_message..mempool:added", "peer", "there is no field peer_id in mempool:added"],
    [BOTH, "payload", "is of type bytes"],
    ["net:inbound_message[txid == 1]..mempool:added", "thread", "there is no field txid"],
  ])("%s cannot be paired per %s", (text, per, message) => {
    expect(() => new IntervalSource(sourceOf([]), parseBetween(text), per)).toThrow(message);
  });
});
