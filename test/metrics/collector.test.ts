import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { Collector } from "../../src/metrics/collector.ts";
import { ALL_METRICS, STREAMED } from "../../src/metrics/table/table.ts";
import type { NodeState, Peer } from "../../src/node/state/node-state.ts";
import {
  collectorOf,
  delivering,
  eventOf,
  series,
  seriesOf,
  simulatedEvents,
  simulatedKinds,
} from "./collected.ts";

/** The text without values that differ between runs. */
const steady = (exposition: string): string =>
  exposition
    .split("\n")
    .filter((line) => !/process_|scrape_duration|state_age|event_lag/.test(line))
    .join("\n");

describe("metrics of a simulated node", () => {
  it("match the golden file", async () => {
    const exposition = await collectorOf(simulatedEvents(3)).collect();
    await expect(steady(exposition)).toMatchFileSnapshot("simulated-node.txt");
  });

  it("equal the sums over the events, for every release", async () => {
    for (const release of [23, 25, 28, 29, 31]) {
      const events = simulatedEvents(10, release);
      const found = seriesOf(await collectorOf(events, release).collect());
      const total = (name: string): number =>
        [...found].reduce((sum, [key, value]) => sum + (key.split("{")[0] === name ? value : 0), 0);
      const of = (pattern: RegExp): RawEvent[] =>
        events.filter(({ tracepoint }) => pattern.test(tracepoint));
      const sum = (pattern: RegExp, field: string): number =>
        of(pattern).reduce((sum, event) => sum + Number(event[field]), 0);
      const expected = {
        corelens_p2p_messages_total: of(/net:.*_message/).length,
        corelens_p2p_message_bytes_total: sum(/net:.*_message/, "size"),
        corelens_p2p_message_size_bytes_count: of(/net:.*_message/).length,
        corelens_p2p_message_size_bytes_sum: sum(/net:.*_message/, "size"),
        corelens_utxocache_coins_total: of(/utxocache:(add|spent|uncache)/).length,
        corelens_utxocache_value_satoshis_total: sum(/utxocache:(add|spent|uncache)/, "value"),
        corelens_utxocache_flushes_total: of(/utxocache:flush/).length,
        corelens_blocks_connected_total: of(/block_connected/).length,
        corelens_block_connection_duration_seconds_count: of(/block_connected/).length,
        corelens_block_inputs_total: sum(/block_connected/, "inputs"),
        corelens_mempool_added_total: of(/mempool:added/).length,
        corelens_mempool_added_vbytes_total: sum(/mempool:added/, "vsize"),
        corelens_mempool_added_fees_satoshis_total: sum(/mempool:added/, "fee"),
        corelens_mempool_removed_total: of(/mempool:removed/).length,
        corelens_mempool_residence_seconds_count: of(/mempool:removed/).length,
        corelens_mempool_rejected_total: of(/mempool:rejected/).length,
        corelens_mempool_replaced_total: of(/mempool:replaced/).length,
        corelens_connections_opened_total: of(/net:(in|out)bound_connection/).length,
        corelens_connections_closed_total: of(/net:closed_connection/).length,
        corelens_peer_misbehaviours_total: of(/net:misbehaving/).length,
        corelens_coin_selections_total: of(/selected_coins/).length,
      };
      for (const [name, value] of Object.entries(expected)) {
        expect(total(name), `${name} of v${release}`).toBeCloseTo(value, 3);
      }
      const last = of(/block_connected/).at(-1);
      if (last) expect(total("corelens_last_block_height")).toBe(last.height);
    }
  });

  it("count reorganisations, their blocks and the transactions that returned", async () => {
    const block = (height: number, name: string) =>
      eventOf("validation:block_connected", { hash: `${height}${name}`, height });
    const txid = "1".repeat(64);
    const events = [
      ...[eventOf("mempool:added", { txid }), block(100, "a"), block(101, "a")],
      ...[eventOf("mempool:removed", { txid, reason: "block" }), block(102, "a")],
      ...[block(101, "b"), block(102, "b"), block(103, "b"), eventOf("mempool:added", { txid })],
    ];
    const found = seriesOf(await collectorOf(events).collect());
    expect(
      Object.fromEntries(
        [...found].filter(([name]) => /reorg.*(s|d)(_total)?$|replaced_total$/.test(name)),
      ),
    ).toMatchObject({
      corelens_reorganisations_total: 1,
      corelens_blocks_replaced_total: 2,
      corelens_last_reorganisation_depth_blocks: 2,
      corelens_reorganisation_transactions_returned_total: 1,
      corelens_reorganisation_transactions_dropped_total: 0,
    });
  });

  it("have no series for reorganisations if blocks are not traced", async () => {
    const kinds = simulatedKinds(31).filter(({ name }) => !name.startsWith("validation:"));
    const exposition = await new Collector(delivering(kinds), "1", null).collect();
    expect(exposition).not.toContain("reorganisation");
  });

  it("have block durations in seconds for every release's unit", async () => {
    const seconds = "corelens_last_block_connection_duration_seconds";
    const block = (fields: object) => [
      eventOf("validation:block_connected", { height: 1, ...fields }),
    ];
    for (const [release, fields] of [
      [24, { duration_us: 1_500_000 }],
      [31, { duration_ns: 1_500_000_000 }],
    ] as const) {
      const found = seriesOf(await collectorOf(block(fields), release).collect());
      expect(found.get(seconds)).toBe(1.5);
    }
  });
});

it("metrics without their tracepoint or state have no series", async () => {
  const exposition = await collectorOf([], 23).collect();
  expect(exposition).toContain("corelens_blocks_connected_total 0");
  expect(exposition).not.toContain("corelens_mempool_");
  expect(exposition).not.toContain("corelens_connections_opened_total");
  expect(exposition).not.toContain("corelens_node_up");
  expect(exposition).not.toContain("corelens_chain_height");
  const nothing = await new Collector(null, "1.2.3", null).collect();
  const names = [...nothing.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  const own = ALL_METRICS.filter(({ from }) => from === "own").map(({ name }) => name);
  for (const name of names) expect(own).toContain(name);
  expect(nothing).toContain("corelens_attached 0");
});

it("an unreadable field is missing only in the metrics that need it", async () => {
  const event = eventOf("mempool:added", {
    txid: null,
    vsize: 200,
    fee: null,
    unreadable: ["fee"],
  });
  const found = seriesOf(await collectorOf([event]).collect());
  expect(found.get("corelens_mempool_added_total")).toBe(1);
  expect(found.get("corelens_mempool_added_vbytes_total")).toBe(200);
  expect(found.get("corelens_mempool_added_fees_satoshis_total")).toBe(0);
  expect(found.get("corelens_mempool_added_fee_rate_satoshis_per_vbyte_count")).toBe(0);
});

it("counters never decrease when the node restarts as another release", async () => {
  const events = simulatedEvents(4);
  const kinds = simulatedKinds(24);
  const collector = new Collector(delivering(kinds), "1.2.3", null);
  let before = new Map<string, number>();
  const counters = new Set(
    ALL_METRICS.filter(({ type }) => type !== "gauge").map(({ name }) => name),
  );
  for (let i = 0; i < events.length; i += 200) {
    if (i === 1000) kinds.push(...simulatedKinds(31));
    collector.see(events.slice(i, i + 200), 0);
    if (i === 600) {
      collector.see([{ tracepoint: "corelens:ended", time: 0, pid: 1 }], 0);
    }
    const now = seriesOf(await collector.collect());
    for (const [key, value] of before) {
      if (!counters.has(key.split("{")[0]!.replace(/_(bucket|count|sum)$/, ""))) continue;
      expect(now.get(key), key).toBeGreaterThanOrEqual(value);
    }
    before = now;
  }
  expect(before.get("corelens_node_ends_total")).toBe(1);
});

it("concurrent scrapes share one answer", async () => {
  let asked = 0;
  const collector = new Collector(delivering(simulatedKinds(31)), "1.2.3", async () => {
    asked++;
    return [];
  });
  const [first, second] = await Promise.all([collector.collect(), collector.collect()]);
  expect(first).toBe(second);
  expect(asked).toBe(1);
});

describe("hostile values", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", 'a"b', "a\\", "a\nb", "le", "{}", "NaN"),
    fc.constant(null),
    fc.bigInt(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
  );
  const fields = new Map(
    simulatedKinds(31).map(({ name, fields }) => [name, fields.map(({ name }) => name)]),
  );
  const anyEvent = fc
    .constantFrom(...fields.keys())
    .chain((name) =>
      fc
        .tuple(...fields.get(name)!.map(() => anything))
        .map((values) =>
          eventOf(
            name,
            Object.fromEntries(fields.get(name)!.map((field, i) => [field, values[i]])),
          ),
        ),
    );

  it("never yield a label value outside its list, and never break the format", async () => {
    const labels = new Map(ALL_METRICS.map(({ name, labels }) => [name, labels]));
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 50 }), async (events) => {
        // Peers choose the texts of messages.
        const streamed = events.filter(({ tracepoint }) => STREAMED.includes(tracepoint));
        const exposition = await collectorOf(streamed).collect();
        for (const line of exposition.split("\n")) {
          if (line === "" || line.startsWith("#")) continue;
          const [, name, text = ""] = /^(\w+)(?:\{(.*)\})? [-+.\deInf]+$/.exec(line) ?? [];
          expect(name, line).toBeDefined();
          const of = labels.get(name!) ?? labels.get(name!.replace(/_(bucket|sum|count)$/, ""))!;
          for (const [, label, value] of text.matchAll(/(\w+)="([^"]*)"/g)) {
            if (label === "le") continue;
            const { values } = of.find(({ name }) => name === label)!;
            if (values) expect(values, line).toContain(value);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("in message types become other", async () => {
    const message = (msg_type: string) =>
      eventOf("net:inbound_message", {
        ...{ peer_id: 1, address: "a", connection_type: "inbound", msg_type, size: 10 },
      });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string(), { minLength: 1 }), async (types) => {
        const made = types.map((type) => `x${type}`);
        const found = seriesOf(await collectorOf(made.map(message)).collect());
        const labels = { direction: "inbound", message: "other", connection_type: "inbound" };
        expect(found.get(series("corelens_p2p_messages_total", labels))).toBe(made.length);
      }),
      { numRuns: 30 },
    );
  });

  it("in reasons lose the part about the transaction", async () => {
    const rejected = (reason: string) => eventOf("mempool:rejected", { txid: "00", reason });
    const misbehaving = (reason: string) =>
      eventOf("net:misbehaving_connection", { peer_id: 1, reason });
    const found = seriesOf(
      await collectorOf([
        rejected("mempool min fee not met, 100 < 200"),
        rejected("mempool-script-verify-flag-failed (Witness program hash mismatch)"),
        rejected("insufficient fee, rejecting replacement 00; new feerate"),
        rejected("whatever a release says next"),
        misbehaving("headers message size = 2001"),
        misbehaving(""),
      ]).collect(),
    );
    const reason = (name: string, reason: string) => found.get(series(name, { reason }));
    const REJECTED = "corelens_mempool_rejected_total";
    expect(reason(REJECTED, "mempool min fee not met")).toBe(1);
    expect(reason(REJECTED, "mempool-script-verify-flag-failed")).toBe(1);
    expect(reason(REJECTED, "insufficient fee")).toBe(1);
    expect(reason(REJECTED, "other")).toBe(1);
    const MISBEHAVED = "corelens_peer_misbehaviours_total";
    expect(reason(MISBEHAVED, "headers message size")).toBe(1);
    expect(reason(MISBEHAVED, "other")).toBe(1);
  });
});

const PEER = {
  ...{ inbound: true, network: "ipv4", connection_type: "inbound", transport: "v2" },
  ...{ address: "192.0.2.1:8333", user_agent: "/Satoshi:29.1.0/", blocks_in_flight: [] },
  ...{ ping_seconds: null, min_ping_seconds: null, ping_wait_seconds: null, time_offset: null },
  ...{ inv_to_send: null, cpu_load: null, addresses_processed: 5, addresses_rate_limited: 0 },
};

function stateOf(peers: readonly object[], more: object = {}): NodeState {
  const parts = { peers: peers.map((peer) => ({ ...PEER, ...peer }) as unknown as Peer), ...more };
  const empty = {
    ...{ chain: null, network: null, traffic: null, mempool: null, fees: null, tips: null },
    ...{ bans: null, addresses: null, memory: null, transactions: null, uptime: null },
  };
  return {
    ...empty,
    ...parts,
    availability: { status: "up", since: 0, problem: null },
    read_at: { peers: Date.now() },
    refused: {},
  };
}

describe("the node's state", () => {
  it("is exposed by direction, network, software and statistic", async () => {
    const collector = new Collector(null, "1.2.3", null);
    collector.setState(
      stateOf([
        { ping_seconds: 0.1, address: "192.0.9.9:1" },
        { ping_seconds: 0.5, user_agent: "/Satoshi:0.21.1(x)/Knots:20210629/" },
        { inbound: false, network: "onion", user_agent: "\n{evil=1}", ping_wait_seconds: 6 },
        { inbound: false, network: "not_publicly_routable", ping_seconds: 0.3, time_offset: -11 },
      ]),
    );
    const found = seriesOf(await collector.collect());
    const of = (name: string, labels: Record<string, string> = {}) =>
      found.get(series(name, labels));
    expect(of("corelens_node_up")).toBe(1);
    expect(of("corelens_peers", { direction: "inbound", network: "ipv4" })).toBe(2);
    expect(of("corelens_peers", { direction: "outbound", network: "unroutable" })).toBe(1);
    expect(of("corelens_peers", { direction: "outbound", network: "i2p" })).toBe(0);
    expect(of("corelens_peers_by_user_agent", { user_agent: "Satoshi 29" })).toBe(2);
    expect(of("corelens_peers_by_user_agent", { user_agent: "Knots" })).toBe(1);
    expect(of("corelens_peers_by_user_agent", { user_agent: "other" })).toBe(1);
    expect(of("corelens_peer_ping_seconds", { statistic: "median" })).toBe(0.3);
    expect(of("corelens_peer_ping_seconds", { statistic: "max" })).toBe(0.5);
    expect(of("corelens_peers_ping_overdue")).toBe(1);
    expect(of("corelens_peers_wrong_clock", { clock: "behind" })).toBe(1);
    expect(of("corelens_peers_inbound_ipv4_subnets")).toBe(1);
    expect(of("corelens_peers_addresses_processed")).toBe(20);
    expect(of("corelens_chain_height")).toBeUndefined();
  });

  it("has no series while the node is down", async () => {
    const collector = new Collector(null, "1.2.3", null);
    const availability = { status: "gone" as const, since: 0, problem: null };
    collector.setState({ ...stateOf([{}]), availability });
    const exposition = await collector.collect();
    expect(exposition).toContain("corelens_node_up 0");
    expect(exposition).not.toContain("corelens_peers");
  });
});
