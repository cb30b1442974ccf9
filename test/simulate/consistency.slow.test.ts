import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merkleRoot } from "../../src/bitcoin/block.ts";
import { decodeMessage, type MessageFields } from "../../src/bitcoin/decode/message.ts";
import { displayHash, hashFromDisplay } from "../../src/bitcoin/hash.ts";
import { MESSAGE_TYPES, type MessageType } from "../../src/bitcoin/message-types.ts";
import { START_HEIGHT } from "../../src/simulate/chain.ts";
import { simulateReindex } from "../../src/simulate/reindex.ts";
import type { SimulatedEvent } from "../../src/simulate/world.ts";
import { firstMinutes } from "./events.ts";

/** Long enough for evictions of every kind and several reorganisations. */
const MINUTES = 30;
const SEEDS = [1, 2, 3].map((seed) => ({ seed }));

/** The set of coins, as one who only sees the events would keep it. */
class CoinLedger {
  readonly #live = new Map<string, number>();
  readonly #historicSpent = new Set<string>();

  add(args: SimulatedEvent["args"]): void {
    const coin = outpoint(args);
    expect(this.#live.has(coin), `added twice: ${coin}`).toBe(false);
    this.#historicSpent.delete(coin);
    this.#live.set(coin, Number(args.value));
  }

  play(events: readonly SimulatedEvent[]): void {
    for (const { tracepoint, args } of events) {
      if (tracepoint === "utxocache:add") this.add(args);
      if (tracepoint === "utxocache:spent") this.spend(args);
    }
  }

  /** What could not be played now: coins added or spent twice, or spent and not there. */
  impossible(events: readonly SimulatedEvent[]): string[] {
    const added = new Set<string>();
    const spent = new Set<string>();
    return events.flatMap(({ tracepoint, args }) => {
      const coin = outpoint(args);
      const isThere = added.has(coin) || this.#live.has(coin);
      if (tracepoint === "utxocache:add") {
        added.add(coin);
        return isThere ? [coin] : [];
      }
      const isOld = Number(args.height) <= START_HEIGHT && !this.#historicSpent.has(coin);
      const isPossible = (isThere || isOld) && !spent.has(coin);
      spent.add(coin);
      return isPossible ? [] : [coin];
    });
  }

  spend(args: SimulatedEvent["args"]): void {
    const coin = outpoint(args);
    if (this.#live.has(coin)) {
      expect(args.value).toBe(this.#live.get(coin));
      this.#live.delete(coin);
      return;
    }
    expect(args.height, `never added: ${coin}`).toBeLessThanOrEqual(START_HEIGHT);
    expect(this.#historicSpent.has(coin), `spent twice: ${coin}`).toBe(false);
    this.#historicSpent.add(coin);
  }
}

/** What a payload says, which must be a whole message and no more. */
function whole<Type extends MessageType>(
  type: Type,
  args: SimulatedEvent["args"],
): MessageFields<Type> {
  const message = decodeMessage(type, args.payload as Uint8Array);
  expect(message).not.toHaveProperty("incomplete");
  expect(message).not.toHaveProperty("trailing");
  return message as MessageFields<Type>;
}

function outpoint({ txid, vout }: SimulatedEvent["args"]): string {
  return `${txid}:${vout}`;
}

describe.each(SEEDS)("with seed $seed", ({ seed }) => {
  const events: SimulatedEvent[] = [];
  beforeAll(() => {
    for (const event of firstMinutes(MINUTES, { seed })) events.push(event);
  });
  afterAll(() => {
    events.length = 0;
  });

  it("the node spends only coins that were added or are older than the simulation, each once", () => {
    const ledger = new CoinLedger();
    for (const { tracepoint, args } of events) {
      if (tracepoint === "utxocache:add") ledger.add(args);
      if (tracepoint === "utxocache:spent") ledger.spend(args);
    }
  });

  it("the mempool removes and replaces only added transactions, with the same size and fee, for every reason", () => {
    const mempool = new Map<unknown, { vsize: unknown; fee: unknown }>();
    const reasons = new Set<unknown>();
    for (const { tracepoint, args } of events) {
      if (tracepoint === "mempool:added") {
        expect(mempool.has(args.txid)).toBe(false);
        mempool.set(args.txid, { vsize: args.vsize, fee: args.fee });
      } else if (tracepoint === "mempool:replaced") {
        expect(mempool.get(args.replaced_txid)).toEqual({
          vsize: args.replaced_vsize,
          fee: args.replaced_fee,
        });
        expect(args.replacement_fee).toBeGreaterThan(args.replaced_fee as number);
      } else if (tracepoint === "mempool:removed") {
        expect(mempool.get(args.txid), `${args.reason}`).toEqual({
          vsize: args.vsize,
          fee: args.fee,
        });
        mempool.delete(args.txid);
        reasons.add(args.reason);
      }
    }
    expect([...reasons].sort()).toEqual([
      "block",
      "conflict",
      "expiry",
      "reorg",
      "replaced",
      "sizelimit",
    ]);
  });

  it("the mempool reports a replacement before the removals, and adds it after them", () => {
    let replacing: unknown = null;
    for (const { tracepoint, args } of events) {
      if (tracepoint === "mempool:replaced") replacing = args.replacement_id;
      if (tracepoint === "mempool:removed" && args.reason === "replaced")
        expect(replacing).not.toBeNull();
      if (tracepoint === "mempool:added") {
        if (replacing !== null) expect(args.txid).toBe(replacing);
        replacing = null;
      }
    }
  });

  it("the node exchanges messages only on open connections, and counts connections correctly", () => {
    const open = new Map<unknown, SimulatedEvent["args"]>();
    const evicted = new Set<unknown>();
    const count = (inbound: boolean) =>
      [...open.values()].filter((args) => (args.connection_type === "inbound") === inbound).length;
    for (const { tracepoint, args } of events) {
      const peer = args.peer_id;
      if (tracepoint === "net:inbound_connection" || tracepoint === "net:outbound_connection") {
        expect(open.has(peer)).toBe(false);
        open.set(peer, args);
        if (args.inbound_count !== undefined) expect(args.inbound_count).toBe(count(true));
        if (args.outbound_count !== undefined) expect(args.outbound_count).toBe(count(false));
      } else if (tracepoint === "net:closed_connection") {
        expect(open.get(peer)?.address).toBe(args.address);
        open.delete(peer);
      } else if (tracepoint.startsWith("net:")) {
        expect(open.has(peer), `${tracepoint} of ${peer}`).toBe(true);
        expect(evicted.has(peer), `${tracepoint} after eviction`).toBe(false);
        if (
          tracepoint === "net:evicted_inbound_connection" ||
          tracepoint === "net:misbehaving_connection"
        ) {
          evicted.add(peer);
        }
      }
    }
  });

  it("messages are complete and have the reported size", () => {
    for (const { args } of events) {
      if (!(args.payload instanceof Uint8Array)) continue;
      expect(args.size).toBe(args.payload.length);
      expect(MESSAGE_TYPES).toContain(args.msg_type);
      whole(args.msg_type as MessageType, args);
    }
  });

  it("the mempool adds transactions that peers delivered on request and that the node's wallets made", () => {
    const known = new Map<unknown, number>();
    const asked = new Set<string>();
    let selectedAt = Number.NEGATIVE_INFINITY;
    for (const { at, tracepoint, args } of events) {
      const type = String(args.msg_type);
      if (tracepoint === "net:outbound_message" && type === "getdata") {
        for (const { hash } of whole("getdata", args).items) asked.add(hash);
      }
      if (tracepoint === "net:inbound_message" && type === "tx") {
        const { txid, wtxid, vsize } = whole("tx", args);
        expect(asked.has(wtxid) || asked.has(txid)).toBe(true);
        known.set(txid, vsize);
      }
      if (tracepoint === "net:inbound_message" && (type === "block" || type === "blocktxn")) {
        for (const { txid, vsize } of whole(type, args).transactions) known.set(txid, vsize);
      }
      if (tracepoint === "coin_selection:aps_create_tx_internal") selectedAt = at;
      if (tracepoint !== "mempool:added") continue;
      if (known.has(args.txid)) expect(args.vsize).toBe(known.get(args.txid));
      else {
        expect(at - selectedAt, `from nowhere: ${args.txid}`).toBeLessThan(0.1);
        known.set(args.txid, Number(args.vsize));
      }
    }
  });

  it("the node connects the blocks of the messages", () => {
    const blocks = new Map<string, MessageFields<"block">>();
    const connected = new Map<string, SimulatedEvent["args"]>();
    let coins = { added: 0, spent: 0 };
    let compared = 0;
    let tip = START_HEIGHT;
    for (const { tracepoint, args } of events) {
      if (tracepoint === "utxocache:add") coins.added++;
      if (tracepoint === "utxocache:spent") coins.spent++;
      if (args.msg_type === "block" && args.payload instanceof Uint8Array) {
        const block = whole("block", args);
        const root = merkleRoot(block.transactions.map(({ txid }) => hashFromDisplay(txid)));
        expect(displayHash(root)).toBe(block.header.merkle_root);
        expect(block.header.hash.startsWith("00")).toBe(true);
        blocks.set(block.header.hash, block);
      }
      if (tracepoint === "validation:block_connected") {
        const height = Number(args.height);
        expect(height === tip + 1 || height === tip, `${height} after ${tip}`).toBe(true);
        if (height === tip + 1) expect(coins.spent).toBe(Number(args.inputs) - 1);
        connected.set(String(args.hash), args);
        tip = height;
        coins = { added: 0, spent: 0 };
      }
    }
    for (const [hash, { transactions }] of blocks) {
      const args = connected.get(hash);
      if (args === undefined) continue;
      compared++;
      expect(args.transactions).toBe(transactions.length);
      expect(args.inputs).toBe(transactions.reduce((sum, { inputs }) => sum + inputs.length, 0));
    }
    expect(compared).toBeGreaterThan(5);
  });

  it("each pong has the nonce of its ping", () => {
    const pending = new Set<string>();
    for (const { tracepoint, args } of events) {
      if (args.msg_type !== "ping" && args.msg_type !== "pong") continue;
      const asker =
        (tracepoint === "net:outbound_message") === (args.msg_type === "ping") ? "node" : "peer";
      const { nonce } = whole(args.msg_type, args);
      const key = `${args.peer_id} ${asker} ${nonce}`;
      if (args.msg_type === "ping") pending.add(key);
      else expect(pending.delete(key)).toBe(true);
    }
  });
});

describe("a node with many peers that makes block templates", () => {
  const MINUTES = 8;
  const COINS = 100;
  const events: SimulatedEvent[] = [];
  beforeAll(() => {
    const options = { seed: 1, inboundSlots: 120, templateCoins: COINS };
    for (const event of firstMinutes(MINUTES, options)) events.push(event);
  });
  afterAll(() => {
    events.length = 0;
  });

  it("has many peers soon, and keeps them", () => {
    const open = new Set<unknown>();
    let fewest = Number.POSITIVE_INFINITY;
    for (const { at, tracepoint, args } of events) {
      if (/^net:(in|out)bound_connection$/.test(tracepoint)) open.add(args.peer_id);
      if (tracepoint === "net:closed_connection") open.delete(args.peer_id);
      if (at > 60_000) fewest = Math.min(fewest, open.size);
    }
    expect(fewest).toBeGreaterThan(80);
  });

  it("makes templates with the given number of coins per second, all of existing coins", () => {
    const chain = new CoinLedger();
    let coins = 0;
    for (const { group, isConnected } of coinGroups(events)) {
      if (isConnected) chain.play(group);
      else {
        coins += group.length;
        expect(chain.impossible(group)).toEqual([]);
      }
    }
    expect(coins / (MINUTES * 60) / COINS).toBeCloseTo(1, 1);
  });
});

/**
 * The coins of one block or template after the other. Both begin with their coinbase; only a block is connected then.
 * What a reorganisation undoes belongs to the block after it.
 */
function* coinGroups(events: readonly SimulatedEvent[]) {
  const isReward = ({ tracepoint, args }: SimulatedEvent) =>
    tracepoint === "utxocache:add" && args.is_coinbase && Number(args.height) > START_HEIGHT;
  let group: SimulatedEvent[] = [];
  for (const event of events) {
    const { tracepoint } = event;
    const isCoin = tracepoint === "utxocache:add" || tracepoint === "utxocache:spent";
    const isNext = isReward(event) && group[0] !== undefined && isReward(group[0]);
    if (group.length > 0 && (!isCoin || isNext)) {
      yield { group, isConnected: tracepoint === "validation:block_connected" };
      group = [];
    }
    if (isCoin) group.push(event);
  }
}

describe("a reindex", () => {
  it("connects valid blocks repeatedly, each time from the same coins", () => {
    const passes: CoinLedger[] = [new CoinLedger()];
    let blocks = 0;
    let last = 0;
    for (const { at, tracepoint, args } of simulateReindex({ seed: 1 })) {
      expect(at).toBeGreaterThanOrEqual(last);
      last = at;
      if (tracepoint === "utxocache:add") passes.at(-1)!.add(args);
      if (tracepoint === "utxocache:spent") passes.at(-1)!.spend(args);
      if (tracepoint === "validation:block_connected" && ++blocks % 20 === 0)
        passes.push(new CoinLedger());
      if (passes.length > 3) break;
    }
    expect(blocks).toBe(60);
  });
});
