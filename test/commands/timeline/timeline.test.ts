import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { serializeHeader } from "../../../src/bitcoin/block.ts";
import { BlockWatch } from "../../../src/commands/timeline/block-watch.ts";
import { missingParts } from "../../../src/commands/timeline/missing.ts";
import type { BlockStory } from "../../../src/commands/timeline/story.ts";
import { stagesOf } from "../../../src/commands/timeline/story.ts";
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
import { GENESIS } from "../../bitcoin/vectors.ts";
import { simulatedKinds, sourceOf, traced } from "../simulated-events.ts";

const ASKED = [
  ...["net:inbound_message", "net:outbound_message", "validation:block_connected"],
  ...["utxocache:flush", "mempool:removed", "utxocache:add", "utxocache:spent"],
];
const GENESIS_HASH = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
const TEXT = timelineText(painter(false));

let events: readonly RawEvent[];
beforeAll(() => {
  events = [...traced(4)].filter(({ tracepoint }) => ASKED.includes(tracepoint));
});

const minutes = (count: number) =>
  events.filter(({ time }) => time < events[0]!.time + count * 60_000 - 2000);

function told(
  stream: readonly RawEvent[],
  choice: BlockChoice,
  format: TimelineFormat = TEXT,
  kinds: readonly EventKind[] = simulatedKinds(31),
): string {
  const timeline = new Timeline(sourceOf(kinds, 0), ASKED, choice, format);
  return stream.map((event) => timeline.print(event)).join("") + timeline.end();
}

const storiesOf = (stream: readonly RawEvent[]): BlockStory[] => {
  const watch = new BlockWatch();
  return [...stream.flatMap((event) => watch.add(event)), ...watch.rest()];
};

describe("a timeline", () => {
  it("tells of each block step by step", () => {
    expect(told(minutes(2), { kind: "all" })).toBe(
      `block 930001 (0088e75e7a7b89fee2372aa6d72cce20076cb268f47f85a3e4f9043e0c35083d)  34 transactions, 45 inputs
  announced         0                       headers from peer 9 ([2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333, block-relay-only)
                                            then peer 14 +1.57 s (headers)
  requested   2.00 us    0 %  ▏             compact block, of peer 9
  received    61.4 ms   97 %  ███████████▊  compact block, 467 B, from peer 9
  checked     61.4 ms    0 %  ▏             2.00 us until connecting began
  connected   63.0 ms    2 %  ▎             took 1.56 ms; coins: 44 spent, 61 added
  mempool     63.0 ms    0 %  ▏             33 transactions of the block removed
  relayed     63.0 ms                       headers to 13 peers

block 930002 (001c2f3cfc9dcc892a5d3d4c970273343c044daf7c582e42a5a63374364374ca)  133 transactions, 196 inputs
  announced         0                       cmpctblock from peer 9 ([2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333, block-relay-only)
                                            then peer 45 +1.73 s (headers)
  received          0    0 %                compact block, 1.06 kB, from peer 9
  requested   2.00 us    0 %  ▏             2 missing transactions, of peer 9
  received    61.4 ms   89 %  ██████████▊   2 transactions, 605 B, from peer 9
  checked     61.4 ms    0 %  ▏             4.00 us until connecting began
  connected   68.4 ms   10 %  █▎            took 7.04 ms; coins: 195 spent, 384 added
  mempool     68.7 ms    0 %  ▏             130 transactions of the block removed
  relayed     61.4 ms                       cmpctblock to 19 peers, the first before it was connected

`,
    );
  });

  it("tells of one block, by height or hash, and of the last ones", () => {
    const stream = minutes(4);
    const all = told(stream, { kind: "all" }).split(/\n\n/).slice(0, -1);
    expect(all.length).toBeGreaterThan(3);
    expect(told(stream, { kind: "height", height: 930002 })).toBe(`${all[1]}\n\n`);
    const { hash } = storiesOf(stream)[1]!;
    expect(told(stream, { kind: "hash", hash })).toBe(`${all[1]}\n\n`);
    const last = all.slice(-2).map((text) => `${text}\n\n`);
    expect(told(stream, { kind: "last", count: 2 })).toBe(last.join(""));
    const later = { kind: "height", height: 1 } as const;
    expect(told(stream, later)).toBe("no block of this height was connected\n");
  });

  it("sums up who announces first, and how long the steps take", () => {
    expect(told(minutes(2), { kind: "summary" })).toBe(
      `2 blocks, 2 of them announced by peers
first from       peer 9 ([2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333, block-relay-only)      2 100 %
first in         headers         1  50 %
                 cmpctblock      1  50 %
requested        median 2.00 us, 90 % at most 2.00 us
received         median 61.4 ms, 90 % at most 61.4 ms
checked          median 3.00 us, 90 % at most 3.80 us
connected        median 4.30 ms, 90 % at most 6.49 ms
mempool          median 163 us, 90 % at most 241 us
until connected  median 65.7 ms, 90 % at most 67.9 ms
`,
    );
  });

  it("is JSON, an object a block", () => {
    const lines = told(minutes(2), { kind: "all" }, TIMELINE_JSON).trim().split("\n");
    const peer = {
      peer_id: 9,
      address: "[2001:db8:75c1:10bf:5364:1285:c764:6eae]:8333",
      connection_type: "block-relay-only",
    };
    expect(JSON.parse(lines[1]!)).toEqual({
      kind: "block",
      hash: "001c2f3cfc9dcc892a5d3d4c970273343c044daf7c582e42a5a63374364374ca",
      height: 930002,
      time: "2026-01-01T00:01:55.548243Z",
      announcements: [
        { ...peer, msg_type: "cmpctblock", among: 1, at_ns: 0 },
        {
          ...{ peer_id: 45, address: "127.0.0.1:47315", connection_type: "inbound" },
          ...{ msg_type: "headers", among: 1, at_ns: 1_733_301_004 },
        },
      ],
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
      block: { transactions: 133, inputs: 196, sigops_cost: 342, duration_ns: 7_038_000 },
      coins: { added: 384, spent: 195 },
      flush: null,
      removed: { block: 130, conflict: 0 },
      relay: { peers: 19, msg_type: "cmpctblock", at_ns: 61_401_185 },
    });
  });

  it("agrees with the events of every block", () => {
    const stories = storiesOf(events);
    const connected = events.filter(({ tracepoint }) => tracepoint.startsWith("validation:"));
    expect(stories.map(({ hash }) => hash)).toEqual(connected.map(({ hash }) => hash));
    expect(stories.length).toBeGreaterThan(4);
    for (const { connection, coins, removed, announcements, transfers } of stories) {
      expect(coins!.spent).toBe(connection!.inputs - 1);
      expect(removed!.block).toBeLessThan(connection!.transactions);
      expect(announcements[0]!.at).toBeLessThan(connection!.at - connection!.duration);
      expect(transfers.some(({ kind }) => kind === "received")).toBe(true);
    }
    for (const story of stories) {
      const stages = stagesOf(story);
      const took = stages.reduce((sum, stage) => sum + stage.took, 0);
      expect(took).toBe(stages.at(-1)!.at);
      expect(Math.min(...stages.map((stage) => stage.took))).toBeGreaterThanOrEqual(0);
    }
  });

  it("says what a recording lacks, once", () => {
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
    const text = told(stream, { kind: "all" }, TEXT, kinds);
    expect(text.split("\n").slice(0, 7)).toEqual([
      "not told: announced, requested, received, relayed: messages were recorded without their payloads: use --payload 4k",
      "not told: coins: no utxocache:add or utxocache:spent in the recording",
      "not told: flushed: no utxocache:flush in the recording",
      expect.stringMatching(/^block 930001 .* 34 transactions, 45 inputs$/),
      "  announced                                 by no peer that was seen",
      "  connected   1.56 ms   96 %  ███████████▌  took 1.56 ms",
      expect.stringContaining("33 transactions of the block removed"),
    ]);
    expect(text.match(/not told/g)).toHaveLength(3);
    expect(missingParts(ASKED, simulatedKinds(24), false)).toEqual([
      { parts: "mempool", why: "no mempool:removed among the node's tracepoints" },
    ]);
    expect(missingParts(ASKED, simulatedKinds(31), true)).toEqual([]);
  });

  it("has nothing to tell without blocks, and says that it is so", () => {
    expect(told([], { kind: "all" })).toBe("no block was connected\n");
    expect(told([], { kind: "last", count: 1 })).toBe("no block was connected\n");
    const seen = told([], { kind: "hash", hash: GENESIS_HASH });
    expect(seen).toBe("nothing was seen of this block\n");
  });
});

const HEADERS = Uint8Array.of(1, ...serializeHeader(GENESIS.header), 0);

const at = (ms: number, tracepoint: string, fields: object): RawEvent => ({
  ...{ tracepoint, time: 1e12 + ms, ktime: 1e15 + ms * 1e6, tid: 7, thread: null, cpu: 0, pid: 7 },
  ...fields,
});
const message = (ms: number, type: string, payload: Uint8Array, more: object = {}) =>
  at(ms, "net:inbound_message", {
    ...{ peer_id: 1, address: "a:1", connection_type: "manual", msg_type: type },
    ...{ size: payload.length, payload, ...more },
  });
const connected = (ms: number, more: object = {}) =>
  at(ms, "validation:block_connected", {
    ...{ hash: GENESIS_HASH, height: 5, transactions: 1, inputs: 1, sigops_cost: 4 },
    ...{ duration_ns: 1e6, ...more },
  });
const removed = (ms: number, reason: string, more: object = {}) =>
  at(ms, "mempool:removed", { reason, ...more });
const coin = (name: "add" | "spent", height: number, vout = 0, txid = "aa", coinbase = false) =>
  at(1, `utxocache:${name}`, { txid, vout, height, value: 1, is_coinbase: coinbase });

describe("a block's story", () => {
  it("is told two seconds after it was connected, by events or by the clock", () => {
    const watch = new BlockWatch();
    watch.add(message(0, "headers", HEADERS));
    watch.add(connected(10));
    expect(watch.add(message(2005, "ping", new Uint8Array(8)))).toEqual([]);
    expect(watch.tick(1e12 + 2009)).toEqual([]);
    expect(watch.tick(1e12 + 2011)).toMatchObject([{ hash: GENESIS_HASH }]);
    expect(watch.rest()).toEqual([]);
  });

  it("has what its thread removed and flushed, until the thread did something else", () => {
    const [story] = storiesOf([
      removed(1, "block"),
      connected(10),
      at(11, "utxocache:flush", { duration_us: 500, mode: "IF_NEEDED", coins: 9 }),
      removed(12, "block"),
      removed(12, "conflict"),
      removed(12, "expiry"),
      removed(12, "block", { tid: 8 }),
      message(13, "ping", new Uint8Array(8)),
      removed(14, "block"),
    ]);
    expect(story).toMatchObject({
      removed: { block: 1, conflict: 1 },
      flush: { duration: 500, mode: "IF_NEEDED", coins: 9 },
    });
    expect(stagesOf(story!).map(({ name }) => name)).toEqual(["connected", "flushed", "mempool"]);
  });

  it("has the coins of its own connection", () => {
    const stories = storiesOf([
      // The template, tested by the same thread, with the same coinbase.
      coin("add", 5, 0, "cb", true),
      coin("add", 5, 2, "cb", true),
      coin("spent", 3),
      // A block that is disconnected: its coins go, the old coinbase that it spent comes back.
      coin("spent", 5),
      coin("add", 1, 0, "old", true),
      coin("add", 2),
      // The block.
      coin("add", 5, 0, "cb", true),
      coin("add", 5, 2, "cb", true),
      coin("spent", 3),
      coin("add", 5),
      connected(10),
    ]);
    expect(stories).toMatchObject([{ coins: { added: 3, spent: 1 } }]);
  });

  it("does without coins where they were not seen from the first on", () => {
    expect(storiesOf([coin("spent", 3), connected(10)])).toMatchObject([{ coins: null }]);
    const other = [coin("add", 4, 0, "cb", true), connected(10)];
    expect(storiesOf(other)).toMatchObject([{ coins: null }]);
  });

  it("has its announcement although a peer repeats it, and each peer once", () => {
    const [story] = storiesOf([
      message(0, "headers", HEADERS),
      message(1, "headers", HEADERS),
      message(2, "headers", HEADERS, { peer_id: 2 }),
      connected(10),
    ]);
    expect(story!.announcements.map(({ peer, at }) => [peer.id, at])).toEqual([
      [1, 1e15],
      [2, 1e15 + 2e6],
    ]);
  });

  it("began here when peers announced it only afterwards", () => {
    const stream = [connected(10), message(20, "headers", HEADERS)];
    const text = told(stream, { kind: "all" });
    expect(text.split("\n").slice(1, 3)).toEqual([
      "  announced   11.0 ms                       after it was connected: headers from peer 1 (a:1, manual)",
      "  connected   1.00 ms  100 %  ████████████  took 1.00 ms",
    ]);
    expect(told(stream, { kind: "summary" })).toContain("1 block, 0 of them announced by peers");
  });

  it("is known of a block that was not connected, when it is asked for", () => {
    const text = told([message(0, "headers", HEADERS)], { kind: "hash", hash: GENESIS_HASH });
    expect(text).toBe(`block ${GENESIS_HASH}, not connected
  announced         0                       headers from peer 1 (a:1, manual)

`);
  });

  it("is forgotten when peers announce thousands of blocks that never come", () => {
    const others = Array.from({ length: 5000 }, (_, nonce) => {
      const header = { ...GENESIS.header, nonce };
      return message(1, "headers", Uint8Array.of(1, ...serializeHeader(header), 0));
    });
    const stream = [message(0, "headers", HEADERS), ...others, connected(10)];
    expect(storiesOf(stream)).toMatchObject([{ announcements: [], connection: { height: 5 } }]);
  });

  it("is told once, of each process that runs the binary", () => {
    const both = [connected(10), connected(11, { pid: 8, tid: 8 }), connected(12)];
    expect(storiesOf(both)).toHaveLength(2);
  });

  it("shows no control character of an address", () => {
    const stream = [message(0, "headers", HEADERS, { address: "\x1b[2J:1" }), connected(10)];
    expect(told(stream, { kind: "all" })).toContain("peer 1 (\\x1b[2J:1, manual)");
  });

  it("does not mind any payload", () => {
    const types = ["headers", "inv", "getdata", "block", "cmpctblock", "getblocktxn", "blocktxn"];
    const anyMessage = fc.record({
      type: fc.constantFrom(...types, "tx", ""),
      payload: fc.uint8Array({ maxLength: 200 }),
      outbound: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyMessage), (messages) => {
        const stream = messages.map(({ type, payload, outbound }, i) => ({
          ...message(i, type, payload),
          ...(outbound && { tracepoint: "net:outbound_message" }),
        }));
        expect(storiesOf([...stream, connected(1000)] as RawEvent[])).toHaveLength(1);
      }),
    );
  });
});
