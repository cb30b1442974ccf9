import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { serializeHeader } from "../../../src/bitcoin/block.ts";
import type { RawEvent } from "../../../src/event/event.ts";
import { blockDocument } from "../../../src/model/blocks/block-document.ts";
import {
  announcementsOf,
  type BlockLife,
  firstAnnouncementOf,
  headerOf,
  leadOf,
  partsOf,
  relaysOf,
  seenToConnected,
  stagesOf,
} from "../../../src/model/blocks/block-life.ts";
import { BlockLives } from "../../../src/model/blocks/block-lives.ts";
import { isReceipt } from "../../../src/model/blocks/block-message.ts";
import { ChainWatch } from "../../../src/model/chain/chain-watch.ts";
import { GENESIS } from "../../bitcoin/vectors.ts";
import { traced } from "../../commands/simulated-events.ts";
import {
  at,
  coin,
  connected,
  HASH,
  HEADER,
  HEADERS,
  header,
  INV,
  message,
  removed,
  sent,
} from "./block-events.ts";

function livesOf(stream: readonly RawEvent[]): BlockLife[] {
  const chain = new ChainWatch();
  const lives = new BlockLives(chain);
  const complete = stream.flatMap((event) => {
    chain.see(event);
    return lives.see(event);
  });
  return [...complete, ...lives.rest()];
}

describe("a block's life", () => {
  let events: readonly RawEvent[];
  beforeAll(() => {
    events = [...traced(4)];
  });

  it("agrees with the events of every block", () => {
    const lives = livesOf(events);
    const connections = events.filter(({ tracepoint }) => tracepoint.startsWith("validation:"));
    expect(lives.map(({ hash }) => hash)).toEqual(connections.map(({ hash }) => hash));
    expect(lives.length).toBeGreaterThan(4);
    for (const life of lives) {
      const { connection, coins, removed } = life;
      expect(coins!.spent).toBe(connection!.inputs! - 1);
      expect(removed!.block).toBeLessThan(connection!.transactions!);
      expect(firstAnnouncementOf(life)!.at_ns).toBe(0);
      expect(life.messages.some(isReceipt)).toBe(true);
      expect(life.messages.every(({ guessed }) => !guessed)).toBe(true);
      const stages = stagesOf(life);
      expect(stages.reduce((sum, { took_ns }) => sum + took_ns, 0)).toBe(stages.at(-1)!.at_ns);
      expect(Math.min(...stages.map(({ took_ns }) => took_ns))).toBeGreaterThanOrEqual(0);
      const { waiting_ns, requesting_ns, connecting_ns } = partsOf(life)!;
      expect(waiting_ns + requesting_ns + connecting_ns).toBe(seenToConnected(life));
    }
  });

  it("is complete two seconds after the connection, by events or by the clock", () => {
    const lives = new BlockLives(new ChainWatch());
    lives.see(message(0, "headers", HEADERS));
    lives.see(connected(10));
    expect(lives.see(message(2005, "ping", new Uint8Array(8)))).toEqual([]);
    expect(lives.advance(1e12 + 2009)).toEqual([]);
    expect(lives.advance(1e12 + 2011)).toMatchObject([{ hash: HASH }]);
    expect(lives.rest()).toEqual([]);
  });

  it("does not change after it is complete, even if a peer announces the block later", () => {
    const early = [message(0, "headers", HEADERS), connected(10)];
    const late = message(2500, "headers", HEADERS, { peer_id: 2 });
    const lives = new BlockLives(new ChainWatch());
    for (const event of [...early, late]) lives.see(event);
    expect(lives.recent()).toEqual(livesOf(early));
  });

  it("has the removals and flushes of its thread, until the thread's next other event", () => {
    const [life] = livesOf([
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
    expect(life).toMatchObject({
      removed: { block: 1, conflict: 1 },
      flush: { duration_ns: 500_000, mode: "IF_NEEDED", coins: 9 },
    });
    expect(stagesOf(life!).map(({ stage }) => stage)).toEqual(["connected", "flushed", "mempool"]);
  });

  it("has the coins of its own connection", () => {
    const lives = livesOf([
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
    expect(lives).toMatchObject([{ coins: { added: 3, spent: 1 } }]);
  });

  it("has no coins if the first ones were not seen", () => {
    expect(livesOf([coin("spent", 3), connected(10)])).toMatchObject([{ coins: null }]);
    const other = [coin("add", 4, 0, "cb", true), connected(10)];
    expect(livesOf(other)).toMatchObject([{ coins: null }]);
  });

  it("has one announcement of each peer", () => {
    const [life] = livesOf([
      message(0, "headers", HEADERS),
      message(1, "headers", HEADERS),
      message(2, "headers", HEADERS, { peer_id: 2 }),
      connected(10),
    ]);
    expect(announcementsOf(life!).map(({ peer, at_ns }) => [peer.id, at_ns])).toEqual([
      [1, 0],
      [2, 2e6],
    ]);
    expect(leadOf(life!)).toBe(2e6);
  });

  it("has its header later than an announcement by inv", () => {
    const [life] = livesOf([message(0, "inv", INV), message(5, "headers", HEADERS), connected(10)]);
    expect(firstAnnouncementOf(life!)).toMatchObject({ msg_type: "inv", at_ns: 0 });
    expect(headerOf(life!)).toMatchObject({ msg_type: "headers", at_ns: 5e6 });
  });

  it("is relayed to each peer once, before and after the connection", () => {
    const [life] = livesOf([
      message(0, "headers", HEADERS),
      sent(4, "cmpctblock", HEADER, { peer_id: 2 }),
      connected(10),
      sent(11, "headers", HEADERS, { peer_id: 3 }),
      sent(12, "cmpctblock", HEADER, { peer_id: 3 }),
      sent(2011, "headers", HEADERS, { peer_id: 4 }),
    ]);
    expect(relaysOf(life!).map(({ peer }) => peer.id)).toEqual([2, 3]);
  });

  it("begins with its connection when peers announced it only afterwards", () => {
    const [life] = livesOf([connected(10), message(20, "headers", HEADERS)]);
    expect(firstAnnouncementOf(life!)).toBeNull();
    expect(seenToConnected(life!)).toBeNull();
    expect(announcementsOf(life!)).toMatchObject([{ at_ns: 11e6 }]);
    expect(life!.time).toBeCloseTo(1e12 + 9);
  });

  it("keeps unknown numbers unknown", () => {
    const [life] = livesOf([connected(10, { duration_ns: undefined, inputs: null })]);
    expect(life!.connection).toMatchObject({ at_ns: 0, duration_ns: null, inputs: null });
  });

  it("is forgotten when peers announce thousands of blocks that never come", () => {
    const others = Array.from({ length: 5000 }, (_, nonce) => {
      const other = { ...GENESIS.header, nonce };
      return message(1, "headers", Uint8Array.of(1, ...serializeHeader(other), 0));
    });
    const [life] = livesOf([message(0, "headers", HEADERS), ...others, connected(10)]);
    expect(life).toMatchObject({ messages: [], height: 5 });
  });

  it("also exists for a block that is not connected", () => {
    const lives = new BlockLives(new ChainWatch());
    lives.see(message(0, "headers", HEADERS));
    expect(lives.unconnected(HASH)).toMatchObject([{ height: null, connection: null }]);
    expect(lives.unconnected("00")).toEqual([]);
  });

  it("is complete once for each process that runs the binary", () => {
    const both = [connected(10), connected(11, { pid: 8, tid: 8 }), connected(12)];
    expect(livesOf(both)).toHaveLength(2);
  });
});

describe("a reorganisation", () => {
  const b = (name: string, ms: number, height: number) => connected(ms, { hash: name, height });

  it("makes the block that it replaces stale, until that connects again", () => {
    const chain = new ChainWatch();
    const lives = new BlockLives(chain);
    const see = (...events: readonly RawEvent[]) => {
      for (const event of events) {
        chain.see(event);
        lives.see(event);
      }
      return lives.recent().map(({ hash, stale }) => `${hash}${stale ? " stale" : ""}`);
    };
    see(b("a4", 0, 4), b("a5", 10, 5));
    expect(see(b("b5", 20, 5), b("b6", 21, 6))).toEqual(["b6", "b5", "a5 stale", "a4"]);
    expect(see(b("a5", 5000, 5), b("a6", 5001, 6), b("a7", 5002, 7))).toEqual([
      ...["a7", "a6", "a5", "b6 stale", "b5 stale", "a4"],
    ]);
  });

  it("keeps guessed messages for the block that arrived, which connects last", () => {
    const lives = livesOf([
      b("a5", 0, 5),
      header(9000, 3),
      message(9010, "block", null, { peer_id: 3 }),
      b("b5", 9020, 5),
      b("b6", 9030, 6),
    ]);
    expect(lives.map(({ hash, messages }) => [hash, messages.length])).toEqual([
      ["a5", 0],
      ["b5", 0],
      ["b6", 2],
    ]);
  });
});

describe("messages without payloads", () => {
  it("are matched to the block that connects next, and to the one that just connected", () => {
    const [life, next] = livesOf([
      // A peer that catches up, and one that has just connected.
      message(8000, "headers", null, { peer_id: 5, size: 2000 }),
      message(8900, "version", null, { peer_id: 6 }),
      header(8950, 6),
      header(9000, 4),
      message(9100, "cmpctblock", null, { peer_id: 3 }),
      sent(9110, "getblocktxn", null, { peer_id: 3 }),
      message(9150, "blocktxn", null, { peer_id: 3 }),
      sent(9160, "cmpctblock", null, { peer_id: 8 }),
      connected(9200),
      sent(9210, "headers", null, { peer_id: 9, size: 82 }),
      header(9300, 10),
      // A peer announces the next block: it has announced this one.
      header(9400, 4),
      message(9410, "getblocktxn", null, { peer_id: 9 }),
      sent(9420, "blocktxn", null, { peer_id: 9 }),
      message(9500, "block", null, { peer_id: 4 }),
      connected(9600, { hash: "next", height: 6 }),
    ]);
    expect(life!.messages.every(({ guessed }) => guessed)).toBe(true);
    expect(
      life!.messages.map(({ at_ns, direction, msg_type, peer }) => [
        ...[at_ns / 1e6, direction, msg_type, peer.id],
      ]),
    ).toEqual([
      [0, "in", "headers", 4],
      [100, "in", "cmpctblock", 3],
      [110, "out", "getblocktxn", 3],
      [150, "in", "blocktxn", 3],
      [160, "out", "cmpctblock", 8],
      [210, "out", "headers", 9],
      [300, "in", "headers", 10],
      [410, "in", "getblocktxn", 9],
      [420, "out", "blocktxn", 9],
    ]);
    expect(partsOf(life!)).toEqual({ waiting_ns: 159e6, requesting_ns: 40e6, connecting_ns: 1e6 });
    expect(next!.messages.map(({ msg_type }) => msg_type)).toEqual(["headers", "block"]);
  });

  it("give the same lives as messages with payloads, as far as possible", () => {
    // Later, a block arrives while another one connects for seconds: its announcement cannot be guessed.
    const events = [...traced(11)];
    const exact = livesOf(events);
    const all = livesOf(events.map(({ payload: _, ...event }) => event as RawEvent));
    expect(all.map(({ hash }) => hash)).toEqual(exact.map(({ hash }) => hash));
    // What is unknown: how blocks arrived that a reorganisation connected later.
    const guessed = all.filter(({ messages }) => messages.length > 0);
    expect(guessed.length).toBeGreaterThan(all.length * 0.8);
    const hashes = new Set(guessed.map(({ hash }) => hash));
    const known = (life: BlockLife, isGuess: boolean) => {
      const document = blockDocument(life, Number.POSITIVE_INFINITY);
      expect(document.guessed).toBe(isGuess);
      const { first, relay, parts, seen_to_connected_ns, header } = document;
      const numbers = { ...document.block, coins: document.coins, removed: document.removed };
      return {
        ...{ hash: life.hash, height: life.height, ...numbers },
        // The first headers of a new peer are no announcement for sure: there may be more peers than guessed.
        ...{ first: first && { ...first, guessed: null, lead_ns: null } },
        ...{ header, relay, parts, seen_to_connected_ns },
      };
    };
    expect(guessed.map((life) => known(life, true))).toEqual(
      exact.filter(({ hash }) => hashes.has(hash)).map((life) => known(life, false)),
    );
  });
});

describe("any events", () => {
  const hashes = [HASH, "aa".repeat(32), null];
  const types = ["headers", "inv", "getdata", "block", "cmpctblock", "getblocktxn", "blocktxn"];
  const anyMessage = fc.record({
    kind: fc.constant("message" as const),
    ms: fc.integer({ min: 0, max: 30_000 }),
    type: fc.constantFrom(...types, "version", "tx", ""),
    payload: fc.oneof(fc.constantFrom(HEADERS, INV, null), fc.uint8Array({ maxLength: 200 })),
    peer_id: fc.constantFrom(1, 2, 3, 4, null),
    size: fc.constantFrom(82, 100, undefined),
    outbound: fc.boolean(),
  });
  const anyOther = fc.record({
    kind: fc.constant("other" as const),
    ms: fc.integer({ min: 0, max: 30_000 }),
    tracepoint: fc.constantFrom(
      ...["validation:block_connected", "mempool:removed", "utxocache:flush", "utxocache:add"],
      ...["utxocache:spent", "mempool:added"],
    ),
    hash: fc.constantFrom(...hashes),
    height: fc.constantFrom(4, 5, 6, null),
    duration_ns: fc.constantFrom(1e6, -5, 1e15, null),
    reason: fc.constantFrom("block", "conflict", "expiry"),
    pid: fc.constantFrom(7, 8),
  });

  it("give lives with consistent numbers, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyMessage, anyOther), { maxLength: 60 }), (parts) => {
        const stream = parts.map((part) => {
          if (part.kind === "other") return at(part.ms, part.tracepoint, part);
          const { ms, type, payload, peer_id, size, outbound } = part;
          const fields = { peer_id, ...(size !== undefined && { size }) };
          return outbound ? sent(ms, type, payload, fields) : message(ms, type, payload, fields);
        });
        const connections = stream.filter(({ tracepoint }) => tracepoint.startsWith("validation"));
        const lives = livesOf(stream as RawEvent[]);
        expect(lives.length).toBeLessThanOrEqual(connections.length);
        for (const life of lives) {
          expect(life.messages.length).toBeLessThanOrEqual(60);
          expect(life.connection!.at_ns).toBeGreaterThanOrEqual(0);
          const times = life.messages.map(({ at_ns }) => at_ns);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(Math.min(0, ...times)).toBe(0);
          for (const { took_ns } of stagesOf(life)) expect(took_ns).toBeGreaterThanOrEqual(0);
          const { parts, seen_to_connected_ns, relay, announcements } = blockDocument(life, 5);
          const whole = Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0);
          expect(whole).toBe(seen_to_connected_ns ?? 0);
          expect(relay?.peers ?? 0).toBeLessThanOrEqual(4);
          expect(announcements.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  it("are kept in bounded memory, however often a peer repeats itself", () => {
    const stream = Array.from({ length: 5000 }, (_, i) =>
      i % 2 === 0 ? message(i, "blocktxn", INV.slice(5)) : header(i, i),
    );
    const lives = new BlockLives(new ChainWatch());
    for (const event of stream) lives.see(event);
    expect(lives.unconnected(HASH)[0]!.messages).toHaveLength(8);
    lives.see(connected(5001));
    expect(lives.recent()[0]!.messages.length).toBeLessThanOrEqual(1024);
  });
});
