import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { P2pMonitor } from "../../src/commands/p2p-monitor/p2p-monitor.ts";
import { fromWire, toWire } from "../../src/dashboard/protocol/wire.ts";
import type { RawEvent } from "../../src/event/event.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { Collector } from "../../src/metrics/collector.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { parsePeerFilter } from "../../src/model/peers/peer-filter.ts";
import { joinPeers, type PeerRow } from "../../src/model/peers/peer-row.ts";
import { PEER_TRACEPOINTS, Peers, type PeersView } from "../../src/model/peers/peers.ts";
import type { Sections } from "../../src/model/sections.ts";
import { painter } from "../../src/text/paint.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { delivering, seriesOf } from "../metrics/collected.ts";
import { read, record } from "../recording/recordings.ts";
import { BEGIN, event, eventsOf, KINDS } from "./events.ts";

interface Flow {
  readonly messages: number;
  readonly bytes: number;
  readonly messages_per_second: number;
}

interface Snapshot {
  readonly types: readonly {
    readonly msg_type: string;
    readonly inbound: Flow;
    readonly outbound: Flow;
  }[];
  readonly peers: readonly {
    readonly peer_id: number;
    readonly pid: number;
    readonly address: string;
    readonly connection_type: string;
    readonly network: string | null;
    readonly inbound: Flow & { readonly announced: number; readonly requested: number };
    readonly outbound: Flow;
    readonly ping_ms: number | null;
    readonly misbehaved: number;
  }[];
}

const SECONDS = 300;
const NOW = BEGIN + SECONDS * 1000;
/** How long the monitor still lists a closed peer; the page has a switch for closed ones. */
const VISIBLE_MS = 5000;

describe("one recording in p2p-monitor, on the page Peers and in the metrics", () => {
  const directory = temporaryDirectory();
  let monitor: P2pMonitor;
  let snapshot: Snapshot;
  let rows: readonly PeerRow[];
  let traffic: Sections["overview"]["traffic"];
  let metrics: Map<string, number>;

  beforeAll(async () => {
    const path = join(directory, "node.corelens");
    await record(path, KINDS, eventsOf(SECONDS));
    const { events } = await read(path);
    const kinds = KINDS;
    expect(events.length).toBeGreaterThan(10_000);
    monitor = new P2pMonitor(() => kinds);
    const model = new NodeModel(BEGIN);
    model.learn(kinds);
    const collector = new Collector(delivering(kinds), "1.2.3", null);
    for (const each of events) {
      monitor.take(each);
      model.see(each);
    }
    collector.see(events, NOW);
    model.advance(NOW);
    snapshot = JSON.parse(JSON.stringify(monitor.snapshot(NOW))) as Snapshot;
    const sent = JSON.parse(JSON.stringify(toWire(model.view("peers")))) as unknown;
    const view = fromWire(sent) as Sections["peers"];
    rows = joinPeers(view.peers, view.reports).filter(
      ({ closed }) => closed === null || NOW - closed <= VISIBLE_MS,
    );
    traffic = model.view("overview").traffic;
    metrics = seriesOf(await collector.collect());
  });

  it("peers have the same numbers in the monitor and on the page", () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(snapshot.peers.map(({ peer_id }) => peer_id)).toEqual(
      rows.map(({ id }) => id).toSorted((a, b) => a - b),
    );
    for (const peer of snapshot.peers) {
      const row = rows.find(({ id }) => id === peer.peer_id)!;
      expect({
        pid: row.pid,
        peer_id: row.id,
        address: row.address,
        connection_type: row.connectionType,
        network: row.network,
        ping_ms: row.ping === null ? null : Math.round(row.ping * 1000) / 1000,
        misbehaved: row.misbehaved,
      }).toEqual({
        pid: peer.pid,
        peer_id: peer.peer_id,
        address: peer.address,
        connection_type: peer.connection_type,
        network: peer.network,
        ping_ms: peer.ping_ms,
        misbehaved: peer.misbehaved,
      });
      expect(peer.inbound).toMatchObject({
        messages: row.in.messages,
        bytes: row.in.bytes,
        messages_per_second: expect.closeTo(row.in.messageRate, 1),
        announced: row.relay.in.announced,
        requested: row.relay.in.requested,
      });
      expect(peer.outbound).toMatchObject({ messages: row.out.messages, bytes: row.out.bytes });
    }
    expect(snapshot.peers.some(({ inbound }) => inbound.requested > 0)).toBe(true);
    expect(snapshot.peers.some(({ ping_ms }) => ping_ms !== null)).toBe(true);
  });

  it("message types have the same numbers in the monitor, on the page and in the metrics", () => {
    expect(snapshot.types.map(({ msg_type }) => msg_type)).toEqual(
      traffic.types.map(({ type }) => type),
    );
    for (const { type, in: received, out: sent } of traffic.types) {
      const other = snapshot.types.find(({ msg_type }) => msg_type === type)!;
      expect(other.inbound).toMatchObject({ messages: received.messages, bytes: received.bytes });
      expect(other.outbound).toMatchObject({ messages: sent.messages, bytes: sent.bytes });
      expect([type, counted("messages_total", "inbound", type)]).toEqual([type, received.messages]);
      expect([type, counted("messages_total", "outbound", type)]).toEqual([type, sent.messages]);
      expect([type, counted("message_bytes_total", "inbound", type)]).toEqual([
        type,
        received.bytes,
      ]);
      expect([type, counted("message_bytes_total", "outbound", type)]).toEqual([type, sent.bytes]);
    }
  });

  /** A metric of messages, over all connection types. */
  function counted(name: string, direction: string, message: string): number {
    const head = `corelens_p2p_${name}{`;
    const labels = [`direction="${direction}"`, `message="${message}"`];
    let sum = 0;
    for (const [key, value] of metrics) {
      if (key.startsWith(head) && labels.every((label) => key.includes(label))) sum += value;
    }
    return sum;
  }

  it.each([
    'network == "onion"',
    'connection_type != "inbound" && in_bytes > 10kB',
    "ping > 50ms || out_rate > 5",
    "age < 4min",
    "idle > 1s",
    "useful < 20 && announced > 0",
    "misbehaved > 0 || evicted",
    "closed",
    "!closed",
    'user_agent == "/Satoshi:29.0.0/"',
    "peer_id in (1, 2, 3)",
    "last_type == 'inv'",
    "full-relay",
    "203.0",
    "ONION",
    "handshake > 100ms",
  ])("the filter %s selects the same peers in the monitor and on the page", (filter) => {
    const area = { columns: 200, rows: 300, now: NOW, paint: painter(false) };
    for (const key of ["escape", "/", "ctrl-u", ...filter, "return"]) monitor.key(key);
    const listed = monitor
      .body(area)
      .filter((line) => /^[> ] +\d+ {2}/.test(line))
      .map((line) => Number(line.slice(2, 8)));
    const test = parsePeerFilter(filter);
    const passing = rows.filter((row) => test(row, NOW)).map(({ id }) => id);
    expect(listed).toEqual(passing.toSorted((a, b) => a - b));
  });

  it("a wrong filter is refused in both, with its place", () => {
    for (const key of ["escape", "/", "ctrl-u", ..."in_bytes > 3ms", "return"]) monitor.key(key);
    const lines = monitor.body({ columns: 200, rows: 300, now: NOW, paint: painter(false) });
    expect(lines.join("\n")).toMatch(/in_bytes is in B.* \(column \d+\)/);
    expect(() => parsePeerFilter("in_bytes > 3ms")).toThrow("in_bytes is in B");
    monitor.key("escape");
  });
});

describe("events of any kind in any order", () => {
  const id = fc.oneof(
    fc.integer({ min: -1, max: 30 }),
    fc.nat(),
    fc.constant(null),
    fc.constant("x"),
  );
  const text = fc.oneof(fc.constantFrom("inv", "getdata", "ping", "pong", "verack"), fc.string());
  const anyEvent = fc.record({
    at: fc.nat(3_600_000),
    pid: fc.constantFrom(1, 2),
    name: fc.constantFrom(...PEER_TRACEPOINTS, "corelens:ended", "corelens:attached"),
    fields: fc.record({
      ...{ peer_id: id, address: fc.oneof(text, fc.constant(null)), connection_type: text },
      ...{ network: fc.oneof(text, fc.nat(9)), msg_type: fc.oneof(text, fc.constant(null)) },
      ...{ size: fc.oneof(fc.nat(4_000_000), fc.constant(null)), reason: text },
      time_established: fc.oneof(fc.nat(), fc.constant(null)),
    }),
  });

  it("keep the totals consistent", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 200 }), fc.boolean(), (events, isTraced) => {
        const peers = new Peers();
        if (!isTraced) peers.learn([]);
        for (const { at, pid, name, fields } of events) {
          peers.see({ ...event(name, at, fields), pid } as StreamEvent);
        }
        const view = peers.view(BEGIN + 3_600_000);
        check(view, peers);
        const messages = events.filter(({ name }) => name.endsWith("_message")).length;
        const { in: received, out: sent, types } = peers.traffic(BEGIN + 3_600_000);
        expect(received.messages + sent.messages).toBe(messages);
        expect(sumOf(types.map((type) => type.in.messages + type.out.messages))).toBe(messages);
        peers.advance(BEGIN + 3_600_000);
        check(peers.view(BEGIN + 3_600_000), peers);
        peers.advance(BEGIN + 8_000_000);
        expect(peers.view(BEGIN + 8_000_000).peers).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  /** What a view promises of itself. */
  function check(view: PeersView, peers: Peers): void {
    const keys = view.peers.map((peer) => `${peer.pid}/${peer.id}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const peer of view.peers) {
      const found = peers.all.find(({ pid, id }) => pid === peer.pid && id === peer.id)!;
      expect(sumOf(found.details.types.map(([, received, sent]) => received + sent))).toBe(
        peer.in.messages + peer.out.messages,
      );
      expect(peer.closed === null).toBe(peer.closedBy === null);
      expect(peer.misbehaviour.length).toBeLessThanOrEqual(Math.min(5, peer.misbehaved));
      expect(peer.lastSeen).toBeGreaterThanOrEqual(peer.firstSeen);
    }
    const open = view.peers.filter(({ closed }) => closed === null).length;
    expect(sumOf([...peers.connected().values()])).toBe(open);
  }

  it("stay within bounds, and new peers take the place of closed ones", () => {
    const peers = new Peers();
    for (let i = 0; i < 3000; i++) {
      const fields = { peer_id: i, msg_type: `made up ${i}`, size: 1 };
      peers.see(event("net:inbound_message", i, fields) as RawEvent);
    }
    expect(peers.view(BEGIN).peers).toHaveLength(1000);
    expect(peers.view(BEGIN).omitted).toBe(2000);
    expect(peers.traffic(BEGIN).types.length).toBeLessThan(60);
    peers.see(event("net:closed_connection", 3000, { peer_id: 7 }));
    peers.see(event("net:inbound_connection", 3001, { peer_id: 5000 }));
    const ids = peers.view(BEGIN).peers.map((peer) => peer.id);
    expect(ids).toHaveLength(1000);
    expect(ids).toContain(5000);
    expect(ids).not.toContain(7);
  });
});

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
