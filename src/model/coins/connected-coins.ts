import type { RawEvent } from "../../event/event.ts";
import { numberIn } from "../../event/fields.ts";
import { RecentMap } from "../../util/recent-map.ts";

/**
 * Finds the coins that connecting a block added and spent.
 *
 * The node changes coins in caches of many kinds, and all fire the same tracepoints. But one thread connects a block,
 * from its first coin to validation:block_connected, and always in this order:
 *
 *     thread b-msghand   …  spent  add   │ add add │ spent spent add │ spent add add │  block_connected
 *                        something else  │coinbase │ transaction 1   │ transaction 2 │  height, inputs
 *                        (a template, a  └──────────── the block ────────────────────┘
 *                        check, an undo)
 *
 * So the events of each thread are kept from the last coinbase on. They belong to the block when block_connected follows
 * on that thread with the coinbase's height. After a block that was only checked (a template, an invalid block) comes
 * another coinbase, or nothing.
 *
 * A coinbase whose outputs can never be spent fires no event. Then the block begins with its first spent coin, which is
 * found by counting: `inputs` is one more than the coins that the block spends. A block with such a coinbase and no other
 * transaction changes no coin.
 */
export class ConnectedCoins {
  readonly #threads = new RecentMap<number, RawEvent[]>(MAX_THREADS);

  /** Takes utxocache:add or utxocache:spent. */
  take(event: RawEvent): void {
    const events = this.#threads.get(event.tid);
    const last = events?.at(-1);
    const begins = isCoinbaseAdd(event) && !(last && isNextOutput(last, event));
    if (events === undefined || begins || events.length >= MAX_EVENTS) {
      this.#threads.set(event.tid, [event]);
    } else {
      events.push(event);
    }
  }

  /** Takes validation:block_connected. @returns the coins of the block */
  connect(block: RawEvent): ConnectedBlock {
    const events = this.#threads.take(block.tid) ?? [];
    const expected = Math.max(0, (numberIn(block, "inputs") ?? 1) - 1);
    const isWhole = beginsWithCoinbaseOf(block, events) && spentIn(events) <= expected;
    const coins = isWhole ? events : lastSpending(events, expected);
    return { coins, missing: expected - spentIn(coins) };
  }
}

export interface ConnectedBlock {
  /** In the order of their changes. */
  readonly coins: readonly RawEvent[];
  /** Spent coins whose events are missing: events were lost, or tracing began while the block was connected. */
  readonly missing: number;
}

/** More threads than connect, check or make blocks at once. */
const MAX_THREADS = 32;
/** More than a block changes: 4,000,000 weight hold at most 24,390 inputs of 164, or 111,111 outputs of 36. */
const MAX_EVENTS = 150_000;

function isCoinbaseAdd({ tracepoint, is_coinbase }: RawEvent): boolean {
  return tracepoint === "utxocache:add" && is_coinbase === true;
}

/** Whether both belong to one coinbase. A second check of the same block begins with a lower output again. */
function isNextOutput(last: RawEvent, event: RawEvent): boolean {
  return isCoinbaseAdd(last) && last.txid === event.txid && Number(last.vout) < Number(event.vout);
}

function beginsWithCoinbaseOf(block: RawEvent, [first]: readonly RawEvent[]): boolean {
  return first !== undefined && isCoinbaseAdd(first) && first.height === block.height;
}

function isSpent({ tracepoint }: RawEvent): boolean {
  return tracepoint === "utxocache:spent";
}

function spentIn(events: readonly RawEvent[]): number {
  return events.filter(isSpent).length;
}

/** The events from the last `spent` spent coins on; none if there are fewer. */
function lastSpending(events: readonly RawEvent[], spent: number): readonly RawEvent[] {
  if (spent === 0) return [];
  let left = spent;
  const begin = events.findLastIndex((event) => isSpent(event) && --left === 0);
  return begin < 0 ? [] : events.slice(begin);
}
