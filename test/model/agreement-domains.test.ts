import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CoinSelection } from "../../src/commands/coin-selection/coin-selection.ts";
import { MempoolMonitor } from "../../src/commands/mempool-monitor/mempool-monitor.ts";
import { UtxocacheFlushes } from "../../src/commands/utxocache-flushes/utxocache-flushes.ts";
import { Utxos } from "../../src/commands/utxos/utxos.ts";
import type { RawEvent } from "../../src/event/event.ts";
import { ChainWatch } from "../../src/model/chain/chain-watch.ts";
import { COIN_TRACEPOINTS } from "../../src/model/coins/changes.ts";
import { Coins } from "../../src/model/coins/coins.ts";
import { History } from "../../src/model/history.ts";
import { MEMPOOL_TRACEPOINTS } from "../../src/model/mempool/flow.ts";
import { Mempool } from "../../src/model/mempool/mempool.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { ATTEMPT_TRACEPOINTS } from "../../src/model/wallet/attempts.ts";
import { Wallet } from "../../src/model/wallet/wallet.ts";
import { JSON_LINES, objects } from "../commands/lines.ts";
import { collectorOf, eventOf, series, seriesOf, simulatedEvents } from "../metrics/collected.ts";

/** One run of the simulated node, through every view. */
const EVENTS = simulatedEvents(8);
const END = EVENTS.at(-1)!.time;
const model = new NodeModel(EVENTS[0]!.time);
const monitor = new MempoolMonitor();
let metrics: Map<string, number>;

function eventsOf(pattern: RegExp): RawEvent[] {
  return EVENTS.filter(({ tracepoint }) => pattern.test(tracepoint));
}

function total(name: string, labels: Readonly<Record<string, string>> = {}): number {
  const isWanted = (key: string) =>
    key.split("{")[0] === name &&
    Object.entries(labels).every(([label, value]) => key.includes(`${label}="${value}"`));
  return [...metrics].reduce((sum, [key, value]) => sum + (isWanted(key) ? value : 0), 0);
}

beforeAll(async () => {
  for (const event of EVENTS) {
    model.see(event);
    if (event.tracepoint.startsWith("mempool:")) monitor.take(event);
  }
  metrics = seriesOf(await collectorOf(EVENTS).collect());
}, 60_000);

describe("the mempool", () => {
  it("has the same counts in mempool-monitor, on its page and in metrics", () => {
    const snapshot = monitor.snapshot(END) as unknown as Snapshot;
    const view = model.view("mempool");
    expect(view.added).toBeGreaterThan(100);
    expect(snapshot.added.total).toBe(view.added);
    expect(total("corelens_mempool_added_total")).toBe(view.added);
    expect(snapshot.replaced.total).toBe(view.replaced);
    expect(total("corelens_mempool_replaced_total")).toBe(view.replaced);
    for (const { reason, count } of view.removed) {
      expect(snapshot.removal_reasons[reason], reason).toBe(count);
      expect(total("corelens_mempool_removed_total", { reason }), reason).toBe(count);
      expect(total("corelens_mempool_residence_seconds_count", { reason }), reason).toBe(count);
    }
    for (const { reason, count } of view.rejected) {
      expect(snapshot.rejection_reasons[reason], reason).toBe(count);
      expect(total("corelens_mempool_rejected_total", { reason }), reason).toBe(count);
    }
  });

  it("has the same feerate classes in mempool-monitor and in metrics", () => {
    const { feerate_classes } = monitor.snapshot(END) as unknown as Snapshot;
    const name = "corelens_mempool_added_fee_rate_satoshis_per_vbyte_bucket";
    const rates = eventsOf(/^mempool:added/).map(({ fee, vsize }) => Number(fee) / Number(vsize));
    let below = 0;
    for (const { to_sat_per_vbyte: to, added } of feerate_classes) {
      below += added;
      if (to === null) continue;
      expect(rates.filter((rate) => rate < to).length).toBe(below);
      expect(metrics.get(series(name, { le: String(to) }))).toBe(
        rates.filter((rate) => rate <= to).length,
      );
    }
    expect(metrics.get(series(name, { le: "+Inf" }))).toBe(below);
  });
});

interface Snapshot {
  readonly added: { readonly total: number };
  readonly replaced: { readonly total: number };
  readonly removal_reasons: Readonly<Record<string, number>>;
  readonly rejection_reasons: Readonly<Record<string, number>>;
  readonly feerate_classes: readonly { to_sat_per_vbyte: number | null; added: number }[];
}

describe("coins", () => {
  it("have the same totals in utxos, on their page and in metrics", () => {
    const { changes } = model.view("coins");
    const totals = objects(new Utxos(JSON_LINES), eventsOf(/^utxocache:(add|spent|uncache)/)).at(
      -1,
    )!;
    expect(changes.add.count).toBeGreaterThan(100);
    for (const [operation, name] of [
      ["add", "added"],
      ["spent", "spent"],
      ["uncache", "uncached"],
    ] as const) {
      const { count, value } = changes[operation];
      expect(totals).toMatchObject({ [name]: count, [`${name}_value`]: String(value) });
      expect(total("corelens_utxocache_coins_total", { operation })).toBe(count);
      expect(total("corelens_utxocache_value_satoshis_total", { operation })).toBe(value);
    }
  });

  it("have the same flushes in utxocache-flushes, on their page and in metrics", () => {
    const { modes, flushed } = model.view("coins");
    const lines = objects(new UtxocacheFlushes(JSON_LINES), eventsOf(/^utxocache:flush/));
    const totals = lines.at(-1)!.modes as Record<string, { flushes: number; longest_us: number }>;
    expect(flushed).toBeGreaterThan(2);
    for (const { mode, count, longest } of modes) {
      expect(totals[mode]!.flushes).toBe(count);
      expect(totals[mode]!.longest_us).toBe(Math.round(longest! * 1000));
      expect(total("corelens_utxocache_flushes_total", { mode })).toBe(count);
    }
  });
});

describe("a wallet", () => {
  it("has the same attempts in coin-selection, on its page and in metrics", () => {
    const { algorithms, failures } = model.view("wallet");
    const lines = objects(new CoinSelection(JSON_LINES), eventsOf(/^coin_selection:/));
    const totals = lines.filter(({ tracepoint }) => tracepoint === "corelens:payments");
    const sum = (name: string) => totals.reduce((sum, each) => sum + Number(each[name]), 0);
    expect(sum("made")).toBeGreaterThan(5);
    expect(sum("failed")).toBe(failures);
    const transactions = "corelens_wallet_transactions_total";
    expect(total(transactions, { attempt: "normal", success: "true" })).toBe(sum("made"));
    expect(total(transactions, { attempt: "normal", success: "false" })).toBe(failures);
    expect(total(transactions, { attempt: "aps" })).toBe(sum("aps"));
    for (const { algorithm, selections } of algorithms) {
      const counts = totals.map(
        (each) => (each.algorithms as Record<string, number>)[algorithm] ?? 0,
      );
      expect(counts.reduce((a, b) => a + b)).toBe(selections);
      expect(total("corelens_coin_selections_total", { algorithm })).toBe(selections);
    }
  });
});

it("any events of the mempool in any order stay consistent and bounded", () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.bigInt());
  const id = fc.constantFrom("a", "b", "c");
  const event = fc
    .record({
      tracepoint: fc.constantFrom(...MEMPOOL_TRACEPOINTS),
      fields: fc.record({
        ...{ txid: fc.oneof(id, value), replaced_txid: fc.oneof(id, value), replacement_id: id },
        ...{ vsize: value, fee: value, reason: fc.oneof(fc.constant("replaced"), value) },
        entry_time: value,
      }),
    })
    .map(({ tracepoint, fields }) => eventOf(tracepoint, fields));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const mempool = new Mempool(new History(0));
      for (const each of events) mempool.see(each);
      const view = mempool.view();
      const of = (kind: string) =>
        events.filter(({ tracepoint }) => tracepoint === `mempool:${kind}`).length;
      const sum = (reasons: typeof view.removed) =>
        reasons.reduce((total, { count }) => total + count, 0);
      expect(view.added).toBe(of("added"));
      expect(sum(view.removed)).toBe(of("removed"));
      expect(sum(view.rejected)).toBe(of("rejected"));
      expect(view.replaced).toBe(of("replaced"));
      expect(view.removed.length).toBeLessThan(8);
      expect(view.rejected.length).toBeLessThan(100);
      expect(view.recent.length).toBeLessThanOrEqual(300);
      JSON.stringify(view);
    }),
  );
});

it("any events of the coin caches in any order stay consistent and bounded", () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.bigInt());
  const event = fc
    .record({
      tracepoint: fc.constantFrom(...COIN_TRACEPOINTS, "utxocache:flush"),
      fields: fc.record({ value, mode: value, duration_us: value, coins_count: value }),
    })
    .map(({ tracepoint, fields }) => eventOf(tracepoint, fields));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const coins = new Coins(new History(0));
      for (const each of events) coins.see(each);
      const { changes, flushed, modes, flushes } = coins.view();
      const of = (kind: string) =>
        events.filter(({ tracepoint }) => tracepoint === `utxocache:${kind}`).length;
      for (const change of ["add", "spent", "uncache"] as const) {
        expect(changes[change].count).toBe(of(change));
      }
      expect(flushed).toBe(of("flush"));
      expect(modes.reduce((total, { count }) => total + count, 0)).toBe(flushed);
      expect(modes.length).toBeLessThan(12);
      expect(flushes.length).toBeLessThanOrEqual(120);
    }),
  );
});

it("any events of wallets in any order stay consistent and bounded", () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.bigInt());
  const event = fc
    .record({
      tracepoint: fc.constantFrom(...ATTEMPT_TRACEPOINTS),
      fields: fc.record({
        wallet: fc.oneof(fc.constantFrom("a", "b"), value),
        ...{
          algorithm: value,
          target: value,
          selected_value: value,
          waste: value,
          fee: value,
          change_position: value,
        },
        ...{ success: fc.oneof(fc.boolean(), value), aps_used: fc.oneof(fc.boolean(), value) },
      }),
    })
    .map(({ tracepoint, fields }) => eventOf(tracepoint, fields));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 250 }), (events) => {
      const wallet = new Wallet(new History(0));
      for (const each of events) wallet.see(each);
      const { selections, algorithms, failures, payments } = wallet.view();
      const of = (name: string) =>
        events.filter(({ tracepoint }) => tracepoint === `coin_selection:${name}`).length;
      expect(selections).toBe(of("selected_coins"));
      expect(algorithms.length).toBeLessThanOrEqual(13);
      expect(failures).toBeLessThanOrEqual(of("normal_create_tx_internal"));
      expect(payments.length).toBeLessThanOrEqual(200);
      JSON.stringify(payments);
    }),
  );
});

it("any events of the chain in any order stay consistent and bounded", () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.bigInt());
  const hash = fc.oneof(fc.constantFrom("a", "b", "c"), value);
  const event = fc
    .record({
      tracepoint: fc.constantFrom(
        "validation:block_connected",
        "ipc:block_disconnected",
        ...MEMPOOL_TRACEPOINTS,
      ),
      fields: fc.record({
        ...{ hash, height: fc.oneof(fc.nat(4), value), txid: hash },
        reason: fc.oneof(fc.constantFrom("block", "reorg"), value),
      }),
    })
    .map(({ tracepoint, fields }) => eventOf(tracepoint, fields));
  let seen = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const chain = new ChainWatch();
      const settled = [...events.flatMap((each) => chain.see(each)), ...chain.rest()];
      const { totals, recent } = chain;
      seen += totals.reorganisations;
      expect(settled.length).toBe(totals.reorganisations);
      expect(settled.reduce((sum, { depth }) => sum + depth, 0)).toBe(totals.replaced);
      expect(recent.length).toBeLessThanOrEqual(20);
      for (const { depth, replaced } of recent) expect(replaced.length).toBeLessThanOrEqual(depth);
      expect(chain.rest()).toEqual([]);
    }),
    // A seed with reorganisations: few random orders have one.
    { seed: 3, numRuns: 500 },
  );
  expect(seen).toBeGreaterThan(0);
});
