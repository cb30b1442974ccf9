import { beforeAll, describe, expect, it } from "vitest";
import { missingSteps } from "../../../src/commands/timeline/missing.ts";
import {
  type BlockChoice,
  TIMELINE_JSON,
  Timeline,
  type TimelineFormat,
  timelineText,
} from "../../../src/commands/timeline/timeline.ts";
import type { RawEvent } from "../../../src/event/event.ts";
import type { EventKind } from "../../../src/event/kind.ts";
import { painter } from "../../../src/text/paint.ts";
import {
  connected,
  HASH as GENESIS_HASH,
  HEADERS,
  message,
} from "../../model/blocks/block-events.ts";
import { simulatedKinds, sourceOf, traced } from "../simulated-events.ts";

const ASKED = [
  ...["net:inbound_message", "net:outbound_message", "validation:block_connected"],
  ...["utxocache:flush", "mempool:removed", "utxocache:add", "utxocache:spent"],
];
const TEXT = timelineText(painter(false));

let events: readonly RawEvent[];
beforeAll(() => {
  events = [...traced(4)].filter(({ tracepoint }) => ASKED.includes(tracepoint));
});

const minutes = (count: number) =>
  events.filter(({ time }) => time < events[0]!.time + count * 60_000 - 2000);

function shown(
  stream: readonly RawEvent[],
  choice: BlockChoice,
  format: TimelineFormat = TEXT,
  kinds: readonly EventKind[] = simulatedKinds(31),
): string {
  const timeline = new Timeline(sourceOf(kinds, 0), ASKED, choice, format);
  return stream.map((event) => timeline.print(event)).join("") + timeline.end();
}

describe("a timeline", () => {
  it("shows each block step by step", () => {
    expect(shown(minutes(2), { kind: "all" })).toBe(
      `block 930001 (0088e75e7a7b89fee2372aa6d72cce20076cb268f47f85a3e4f9043e0c35083d)  34 transactions, 45 inputs
  announced         0                       headers from peer 9 ([2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333, block-relay-only)
  requested   2.00 us    0 %  ▏             compact block, from peer 9
  received    61.4 ms   97 %  ███████████▊  compact block, 467 B, from peer 9
  checked     61.4 ms    0 %  ▏             2.00 us until connecting began
  connected   63.0 ms    2 %  ▎             took 1.56 ms; coins: 44 spent, 61 added
  mempool     63.0 ms    0 %  ▏             33 transactions of the block removed
  relayed     63.0 ms                       headers to 13 peers

block 930002 (001c2f3cfc9dcc892a5d3d4c970273343c044daf7c582e42a5a63374364374ca)  133 transactions, 196 inputs
  announced         0                       cmpctblock from peer 9 ([2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333, block-relay-only)
  received          0    0 %                compact block, 1.06 kB, from peer 9
  requested   2.00 us    0 %  ▏             2 missing transactions, from peer 9
  received    61.4 ms   89 %  ██████████▊   2 transactions, 605 B, from peer 9
  checked     61.4 ms    0 %  ▏             4.00 us until connecting began
  connected   68.4 ms   10 %  █▎            took 7.04 ms; coins: 195 spent, 384 added
  mempool     68.7 ms    0 %  ▏             130 transactions of the block removed
  relayed     61.4 ms                       cmpctblock to 19 peers, the first before the connection

`,
    );
  });

  it("shows one block, by height or hash, and the last ones", () => {
    const stream = minutes(4);
    const all = shown(stream, { kind: "all" }).split(/\n\n/).slice(0, -1);
    expect(all.length).toBeGreaterThan(3);
    expect(shown(stream, { kind: "height", height: 930002 })).toBe(`${all[1]}\n\n`);
    const hash = /\((\w+)\)/.exec(all[1]!)![1]!;
    expect(shown(stream, { kind: "hash", hash })).toBe(`${all[1]}\n\n`);
    const last = all.slice(-2).map((text) => `${text}\n\n`);
    expect(shown(stream, { kind: "last", count: 2 })).toBe(last.join(""));
    const later = { kind: "height", height: 1 } as const;
    expect(shown(stream, later)).toBe("no block of this height was connected\n");
  });

  it("sums up which peers announce first, and how long the steps take", () => {
    expect(shown(minutes(2), { kind: "summary" })).toBe(
      `2 blocks, 2 announced by peers
first from         peer 9 ([2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333, block-relay-only)      2 100 %
first in           headers         1  50 %
                   cmpctblock      1  50 %
requested          median 2.00 us, 90 % at most 2.00 us
received           median 61.4 ms, 90 % at most 61.4 ms
checked            median 3.00 us, 90 % at most 3.80 us
connected          median 4.30 ms, 90 % at most 6.49 ms
mempool            median 163 us, 90 % at most 241 us
seen to connected  median 65.7 ms, 90 % at most 67.9 ms
`,
    );
  });

  it("prints a JSON object for each block", () => {
    const lines = shown(minutes(2), { kind: "all" }, TIMELINE_JSON).trim().split("\n");
    const peer = {
      peer_id: 9,
      address: "[2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333",
      connection_type: "block-relay-only",
    };
    const { messages, ...block } = JSON.parse(lines[1]!);
    expect(block).toEqual({
      tracepoint: "corelens:block",
      hash: "001c2f3cfc9dcc892a5d3d4c970273343c044daf7c582e42a5a63374364374ca",
      height: 930002,
      pid: 4711,
      time: "2026-01-01T00:01:55.548243Z",
      connected_time: "2026-01-01T00:01:55.616684Z",
      stale: false,
      guessed: false,
      block: {
        ...{ transactions: 133, inputs: 196, sigops_cost: 342, duration_ns: 7_038_000 },
        cause: { msg_type: "blocktxn", peer_id: 9, after_ns: 7_042_000 },
      },
      announcements: [{ ...peer, msg_type: "cmpctblock", among: 1, at_ns: 0, guessed: false }],
      first: {
        ...{ ...peer, msg_type: "cmpctblock", among: 1, at_ns: 0, guessed: false },
        lead_ns: null,
      },
      header: { at_ns: 0, msg_type: "cmpctblock", peer_id: 9 },
      seen_to_connected_ns: 68_441_185,
      parts: { waiting_ns: 6000, requesting_ns: 61_397_185, connecting_ns: 7_038_000 },
      stages: [
        {
          ...{ stage: "received", at_ns: 0, took_ns: 0, what: "compact block" },
          ...{ ...peer, size: 1061, transactions: 132 },
        },
        {
          ...{ stage: "requested", at_ns: 2000, took_ns: 2000, what: "transactions" },
          ...{ ...peer, size: 35, transactions: 2 },
        },
        {
          ...{ stage: "received", at_ns: 61_399_185, took_ns: 61_397_185, what: "transactions" },
          ...{ ...peer, size: 605, transactions: 2 },
        },
        { stage: "checked", at_ns: 61_403_185, took_ns: 4000 },
        { stage: "connected", at_ns: 68_441_185, took_ns: 7_038_000 },
        { stage: "mempool", at_ns: 68_701_185, took_ns: 260_000 },
      ],
      coins: { added: 384, spent: 195 },
      flush: null,
      removed: { at_ns: 68_701_185, block: 130, conflict: 0 },
      relay: { peers: 19, msg_type: "cmpctblock", at_ns: 61_401_185 },
    });
    const relayed = messages.filter(
      ({ direction, msg_type }: Record<string, unknown>) =>
        direction === "out" && (msg_type === "cmpctblock" || msg_type === "headers"),
    );
    expect(new Set(relayed.map(({ peer_id }: Record<string, unknown>) => peer_id)).size).toBe(19);
    expect(messages[0]).toEqual({
      ...{ at_ns: 0, direction: "in", peer_id: 9, msg_type: "cmpctblock", size: 1061 },
      guessed: false,
    });
  });

  it("lists once what a recording lacks", () => {
    const kinds = simulatedKinds(31)
      .filter(({ name }) => !name.startsWith("utxocache:"))
      .map(({ name, fields }) => ({
        name,
        fields: fields.filter(({ type }) => type !== "bytes"),
      }));
    const names = new Set(kinds.map(({ name }) => name));
    const stream = events
      .filter(({ tracepoint }) => names.has(tracepoint))
      .map(({ payload: _, ...event }) => event as RawEvent);
    const text = shown(stream, { kind: "all" }, TEXT, kinds);
    expect(text.split("\n").slice(0, 9)).toEqual([
      "guessed: announced, requested, received, relayed (without payloads, only types and times match messages to blocks; record with --payload 4k)",
      "not available: coins (no utxocache:add or utxocache:spent in the recording)",
      "not available: flushed (no utxocache:flush in the recording)",
      expect.stringMatching(/^block 930001 .* 34 transactions, 45 inputs, messages guessed$/),
      expect.stringMatching(/^ {2}announced {9}0 .* headers from peer 9 /),
      "  received    61.4 ms   97 %  ███████████▊  compact block, 467 B, from peer 9",
      "  checked     61.4 ms    0 %  ▏             2.00 us until connecting began",
      "  connected   63.0 ms    2 %  ▎             took 1.56 ms",
      expect.stringContaining("33 transactions of the block removed"),
    ]);
    expect(text.match(/not available/g)).toHaveLength(2);
    expect(missingSteps(ASKED, simulatedKinds(24), false)).toEqual([
      { steps: "mempool", guessed: false, why: "no mempool:removed in the node" },
    ]);
    expect(missingSteps(ASKED, simulatedKinds(31), true)).toEqual([]);
  });

  it("states that no block was connected", () => {
    expect(shown([], { kind: "all" })).toBe("no block was connected\n");
    expect(shown([], { kind: "last", count: 1 })).toBe("no block was connected\n");
    const seen = shown([], { kind: "hash", hash: GENESIS_HASH });
    expect(seen).toBe("this block was not seen\n");
  });

  it("shows a block without an announcement", () => {
    const stream = [connected(10), message(20, "headers", HEADERS)];
    const text = shown(stream, { kind: "all" });
    expect(text.split("\n").slice(1, 3)).toEqual([
      "  announced   11.0 ms                       after the connection: headers from peer 1 (a:1, manual)",
      "  connected   1.00 ms  100 %  ████████████  took 1.00 ms",
    ]);
    expect(shown(stream, { kind: "summary" })).toContain("1 block, 0 announced by peers");
  });

  it("shows a block that is not connected by its hash", () => {
    const text = shown([message(0, "headers", HEADERS)], { kind: "hash", hash: GENESIS_HASH });
    expect(text).toBe(`block ${GENESIS_HASH}, not connected
  announced         0                       headers from peer 1 (a:1, manual)

`);
  });

  it("shows numbers that a release lacks as unknown", () => {
    const text = shown([connected(10, { duration_ns: null, inputs: null })], { kind: "all" });
    expect(text).toContain(`block 5 (${GENESIS_HASH})  1 transaction\n`);
    expect(text).toContain("duration unknown");
  });

  it("shows no control character of an address", () => {
    const stream = [message(0, "headers", HEADERS, { address: "\x1b[2J:1" }), connected(10)];
    expect(shown(stream, { kind: "all" })).toContain("peer 1 (\\x1b[2J:1, manual)");
  });
});
