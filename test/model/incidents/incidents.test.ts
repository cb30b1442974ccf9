import { describe, expect, it } from "vitest";
import type { Notice, StreamEvent } from "../../../src/event/notice.ts";
import { IncidentWatch } from "../../../src/model/incidents/incident-watch.ts";
import { INCIDENT_KINDS } from "../../../src/model/incidents/kinds.ts";
import { BEGIN, event, KINDS } from "../events.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function watchOf(events: readonly StreamEvent[], until = 0): IncidentWatch {
  const watch = new IncidentWatch();
  watch.learn(KINDS);
  for (const each of events) watch.see(each);
  if (until > 0) watch.advance(BEGIN + until);
  return watch;
}

const of = (events: readonly StreamEvent[], until?: number) =>
  watchOf(events, until).incidents.recent;

const id = (name: string): string => name.padStart(64, "0");

const block = (at: number, name: string, ms = 100) =>
  event("validation:block_connected", at, {
    ...{ hash: id(name), height: Number.parseInt(name, 10), duration_ns: ms * 1e6 },
    ...{ transactions: 3000, inputs: 7000, sigops_cost: 1 },
  });

const notice = (name: string, at: number, fields: object): Notice =>
  ({ tracepoint: `corelens:${name}`, time: BEGIN + at, ...fields }) as Notice;

const attached = (at: number, pid: number | null = 42, fields: object = {}) =>
  notice("attached", at, { binary: "/usr/bin/bitcoind", pid, tracepoints: 20, ...fields });

const ended = (at: number, pid = 42) => notice("ended", at, { pid });

describe("a reorganisation", () => {
  const chain = (...names: string[]) => names.map((name, at) => block(at, name));
  it("is one incident, with its depth, when it is complete", () => {
    const events = chain("100a", "101a", "102a", "101b", "102b", "103b");
    expect(of(events)).toEqual([]);
    expect(of(events, 10 * SECOND)).toMatchObject([
      {
        id: `reorganisation-${BEGIN + 3}-${id("103b")}`,
        severity: "warning",
        begin: BEGIN + 3,
        end: BEGIN + 5,
        pid: 42,
        object: { kind: "block", id: id("103b") },
        text: "2 blocks replaced at height 101",
        evidence: { from: BEGIN + 3, to: BEGIN + 5, figures: { depth: 2, height: 101 } },
      },
    ]);
  });

  it.each([
    [1, "info"],
    [2, "warning"],
    [3, "alarm"],
    [7, "alarm"],
  ])("of %i blocks has the severity %s", (depth, severity) => {
    const branch = (letter: string, length: number) =>
      Array.from({ length }, (_, i) => `${101 + i}${letter}`);
    const events = chain("100a", ...branch("a", depth), ...branch("b", depth + 1));
    expect(of(events, MINUTE).map((each) => each.severity)).toEqual([severity]);
  });

  it("says what it did to the mempool", () => {
    const tx = (name: string, tracepoint: string, at: number, reason?: string) =>
      event(tracepoint, at, { txid: id(name), reason });
    const text = of(
      [
        tx("a", "mempool:added", 0),
        block(1, "100a"),
        block(2, "101a"),
        tx("a", "mempool:removed", 3, "block"),
        block(4, "101b"),
        tx("a", "mempool:added", 5),
        tx("b", "mempool:removed", 6, "reorg"),
        block(7, "102b"),
      ],
      MINUTE,
    )[0]!.text;
    expect(text).toBe(
      "1 block replaced at height 101; 1 transaction returned to the mempool; 1 no longer valid",
    );
  });
});

describe("a slow block", () => {
  const usual = (count: number, ms = 100) =>
    Array.from({ length: count }, (_, i) => block(i * SECOND, `${i}`, ms));

  it("takes five times the median of the blocks before, and at least a second", () => {
    expect(of([...usual(10), block(MINUTE, "10", 999)])).toEqual([]);
    expect(of([...usual(10, 300), block(MINUTE, "10", 1200)])).toEqual([]);
    expect(of([...usual(10), block(MINUTE, "10", 1200)])).toMatchObject([
      {
        kind: "slow_block",
        severity: "info",
        begin: BEGIN + MINUTE,
        object: { kind: "block", id: id("10") },
        text: "Block 10 took 1.20 s to connect, 12 times the median of the blocks before",
        evidence: { figures: { duration_ms: 1200, median_ms: 100, inputs: 7000 } },
      },
    ]);
  });

  it("is compared with no fewer than ten blocks", () => {
    expect(of([...usual(9), block(MINUTE, "10", 1200)])).toEqual([]);
  });

  it("is a warning from five seconds on, on any machine", () => {
    const slow = usual(20, 6000).slice(0, 1);
    expect(of(slow)).toMatchObject([
      { severity: "warning", text: "Block 0 took 6.00 s to connect" },
    ]);
  });
});

describe("a gap between blocks", () => {
  const feeler = event("net:outbound_connection", 0, { connection_type: "feeler", peer_id: 1 });
  const during = (minutes: number, events: readonly StreamEvent[] = [feeler]) => {
    const watch = watchOf([attached(0), ...events, block(SECOND, "930000")]);
    for (let at = 0; at <= minutes; at++) watch.advance(BEGIN + SECOND + at * MINUTE);
    return watch;
  };

  it("is none below an hour", () => {
    expect(during(60).incidents.totals.stale_tip).toBe(0);
  });

  it.each([
    [65, "info", "No block for 1 h; by chance, a gap is that long once in 2.8 days"],
    [125, "warning", "No block for 2 h; by chance, a gap is that long once in 3.1 years"],
    [185, "alarm", "No block for 3 h; by chance, a gap is that long once in 1,249 years"],
  ])("of %i minutes is an incident of the severity %s that goes on", (minutes, severity, text) => {
    expect(during(minutes).incidents.recent).toMatchObject([
      { kind: "stale_tip", severity, end: null, text },
      { kind: "corelens_started" },
    ]);
  });

  it("ends with the next block", () => {
    const watch = during(125);
    watch.see(block(126 * MINUTE + SECOND, "930001"));
    const [gap] = watch.incidents.recent;
    expect(gap).toMatchObject({
      begin: BEGIN + SECOND + 60 * MINUTE,
      end: BEGIN + SECOND + 126 * MINUTE,
      text: "No block for 2 h 6 min; by chance, a gap is that long once in 5.6 years",
      evidence: {
        from: BEGIN + SECOND,
        figures: { age_seconds: 7560, last_height: 930_000, probability: 0.0000034 },
      },
    });
    expect(watch.incidents.totals.stale_tip).toBe(1);
  });

  it("is none of a node that opens no connection by itself, as on regtest", () => {
    const manual = event("net:outbound_connection", 0, { connection_type: "manual", peer_id: 1 });
    expect(during(300, [manual]).incidents.totals.stale_tip).toBe(0);
  });

  it("is none while nothing was traced", () => {
    const watch = watchOf([attached(0), feeler, block(SECOND, "930000")]);
    watch.see(attached(300 * MINUTE));
    watch.advance(BEGIN + 301 * MINUTE);
    expect(watch.incidents.totals.stale_tip).toBe(0);
    watch.see(ended(302 * MINUTE));
    watch.advance(BEGIN + 900 * MINUTE);
    watch.advance(BEGIN + 901 * MINUTE);
    expect(watch.incidents.totals.stale_tip).toBe(0);
  });
});

describe("a flush", () => {
  const flush = (ms: number) =>
    event("utxocache:flush", MINUTE, {
      ...{ duration_us: ms * 1000, mode: "PERIODIC", coins: 3_201_456, memory: 4e8 },
      for_prune: false,
    });
  it("is an incident from five seconds on, and a warning from thirty", () => {
    expect(of([flush(4999)])).toEqual([]);
    expect(of([flush(12_000)])).toMatchObject([
      {
        ...{ kind: "flush_stall", severity: "info", begin: BEGIN + 48 * SECOND },
        text: "A flush of 3,201,456 coins blocked the node for 12.0 s",
      },
    ]);
    expect(of([flush(31_000)])).toMatchObject([{ severity: "warning" }]);
  });
});

describe("a wave of evictions", () => {
  const evicted = (at: number, i: number) =>
    event("net:evicted_inbound_connection", at, {
      peer_id: i,
      address: `${i % 5 === 0 ? "203.0" : "198.51"}.113.${i % 250}:50123`,
    });
  const wave = (count: number, every: number) =>
    Array.from({ length: count }, (_, i) => evicted(i * every, i));

  it("begins with 25 evictions within five minutes, and says where they came from", () => {
    expect(of(wave(24, SECOND))).toEqual([]);
    expect(of(wave(200, 30 * SECOND))).toEqual([]);
    expect(of(wave(100, SECOND))).toMatchObject([
      {
        ...{ kind: "eviction_wave", severity: "warning", begin: BEGIN + 24 * SECOND, end: null },
        text: "100 inbound connections evicted in 99.0 s, 80 % of them from 198.51.0.0/16",
        evidence: { from: BEGIN, to: BEGIN + 99 * SECOND, figures: { evictions: 100 } },
      },
    ]);
  });

  it("ends when evictions are rare again", () => {
    const [incident] = of(wave(100, SECOND), 10 * MINUTE);
    expect(incident?.end).toBe(BEGIN + 99 * SECOND);
  });
});

describe("misbehaviour", () => {
  const misbehaved = (at: number, peer: number, reason = "headers message size") =>
    event("net:misbehaving_connection", at, { peer_id: peer, reason });

  it("names the peer and its reason", () => {
    const opened = event("net:inbound_connection", 0, { peer_id: 9, address: "203.0.113.7:1234" });
    expect(of([opened, misbehaved(1, 9), misbehaved(SECOND, 10, "")])).toMatchObject([
      { text: "Peer 10 misbehaved: no reason given", object: { kind: "peer", id: 10 } },
      { text: "Peer 9 (203.0.113.7:1234) misbehaved: headers message size", severity: "info" },
    ]);
  });

  it("of the same peer is one incident", () => {
    const events = [0, 1, 2, 3].map((i) => misbehaved(i * SECOND, 9));
    expect(of(events).map(({ text }) => text)).toEqual([
      "Peer 9 misbehaved: headers message size; 3 more times in 3.00 s",
    ]);
  });

  it("of very many peers is listed three times, and counted", () => {
    const watch = watchOf(Array.from({ length: 10_000 }, (_, i) => misbehaved(i * 5, i)));
    expect(watch.incidents.recent.map(({ text }) => text)).toEqual([
      "Peer 2 misbehaved: headers message size; 9,997 more of this kind in 50.0 s",
      "Peer 1 misbehaved: headers message size",
      "Peer 0 misbehaved: headers message size",
    ]);
    expect(watch.incidents.recent[0]).toMatchObject({
      severity: "warning",
      evidence: { figures: { more: 9997 } },
    });
    expect(watch.incidents.totals.misbehaviour).toBe(10_000);
    expect(watch.incidents.takeChanges()).toHaveLength(3);
    expect(watch.incidents.takeChanges()).toEqual([]);
  });

  it("in bounded memory, whatever peers send for days", () => {
    const day = Array.from({ length: 30_000 }, (_, i) => misbehaved(i * 3 * SECOND, i));
    const watch = watchOf([attached(0), ...day]);
    expect(watch.incidents.recent.length).toBe(51);
    expect(watch.incidents.recent.at(-1)?.kind).toBe("corelens_started");
    expect(watch.incidents.takeChanges().length).toBeLessThanOrEqual(1000);
  });
});

describe("losses", () => {
  const lost = (at: number, count: number, of = "utxocache:add") =>
    notice("lost", at, { lost_tracepoint: of, lost: count });

  it("that follow each other are one incident, with a sum", () => {
    const events = [lost(0, 1000), lost(SECOND, 200, "net:inbound_message"), lost(2 * SECOND, 3)];
    expect(of(events)).toMatchObject([
      { end: null, text: "1,203 events lost, 1,003 of them of utxocache:add" },
    ]);
    expect(of(events, 2 * MINUTE)).toMatchObject([
      {
        ...{ kind: "events_lost", severity: "warning", begin: BEGIN, end: BEGIN + 2 * SECOND },
        evidence: { figures: { lost: 1203, tracepoints: { "net:inbound_message": 200 } } },
      },
    ]);
  });
});

describe("the node's process", () => {
  const textOf = (events: readonly StreamEvent[]) => of(events).map(({ text }) => text);

  it("is traced from here on", () => {
    expect(of([attached(0)])).toMatchObject([
      {
        kind: "corelens_started",
        text: "corelens began to trace 20 tracepoints of bitcoind (pid 42)",
      },
    ]);
  });

  it("ends, and starts again", () => {
    expect(of([attached(0), ended(SECOND)])[0]).toMatchObject({
      ...{ kind: "node_ended", severity: "warning", end: null, pid: 42 },
      text: "The node ended (pid 42); waiting for it to come back",
    });
    expect(textOf([attached(0), ended(SECOND), attached(13 * SECOND, 43)])).toEqual([
      "The node started again after 12.0 s (pid 43)",
      "The node ended (pid 42) and was down for 12.0 s",
      "corelens began to trace 20 tracepoints of bitcoind (pid 42)",
    ]);
  });

  it("has not started when its binary is replaced, but with its first event", () => {
    const replaced = [attached(0), ended(SECOND), attached(2 * SECOND, 42)];
    expect(textOf(replaced)[0]).toContain("waiting");
    expect(textOf([...replaced, block(5 * SECOND, "1")])[0]).toBe(
      "The node started again after 4.00 s (pid 42)",
    );
  });

  it("starts for the first time while its binary is traced", () => {
    const events = [attached(0, null, { running: 0 }), block(5 * SECOND, "1")];
    expect(textOf(events)).toEqual([
      "The node started (pid 42)",
      "corelens began to trace 20 tracepoints of bitcoind, which does not run yet",
    ]);
  });
});

describe("choices of viewers", () => {
  const settings = (at: number, off: string[], peers: number[] = []) =>
    notice("settings", at, { off, peers });
  it("are incidents that go on until they are undone", () => {
    const chosen = settings(0, ["utxocache:add"], [9]);
    expect(of([chosen]).map(({ text, end }) => [text, end])).toEqual([
      ["utxocache:add is off: its events are missing", null],
      ["Payloads of peer 9 are read, because a viewer opened its conversation", null],
    ]);
    expect(of([chosen, settings(90 * SECOND, [])]).map(({ text, end }) => [text, end])).toEqual([
      ["utxocache:add was off for 90.0 s", BEGIN + 90 * SECOND],
      ["Payloads of peer 9 were read for 90.0 s", BEGIN + 90 * SECOND],
    ]);
  });
});

it("an error of following the node is an incident", () => {
  const error = notice("error", 0, { code: "PROCESS_GONE", message: "it is gone" });
  expect(of([error])).toMatchObject([
    { kind: "tracing_error", text: "Following the node failed: it is gone" },
  ]);
});

it("every kind explains itself", () => {
  for (const entry of Object.values(INCIDENT_KINDS)) {
    const { title, meaning, threshold, why, action, on } = entry;
    for (const text of [title, meaning, threshold, why, action]) expect(text).not.toBe("");
    expect(on.length).toBeGreaterThan(0);
  }
});
