import type { RawEvent } from "../../event/event.ts";
import { fieldNumber } from "../../text/event-fields.ts";
import { RecentMap } from "../../util/recent-map.ts";

/**
 * Which coins were added and spent by connecting a block?
 *
 * The node changes coins in caches of many kinds, and all fire the same tracepoints. But connecting a block is done by
 * one thread from its first coin to validation:block_connected, and always in the same order:
 *
 *     thread b-msghand   …  spent  add   │ add add │ spent spent add │ spent add add │  block_connected
 *                        something else  │coinbase │ transaction 1   │ transaction 2 │  height, inputs
 *                        (a template, a  └──────────── the block ────────────────────┘
 *                        check, an undo)
 *
 * So the events of each thread are kept from the last coinbase on, and are the block's when block_connected follows on
 * that thread with the coinbase's height. What was checked only (a template, a block that turned out invalid) is followed
 * by another coinbase, or by nothing.
 *
 * A coinbase that pays nobody (all its outputs can never be spent) fires nothing. Then the block begins with its first
 * spent coin, which is found by counting: `inputs` is one more than the coins it spends. A block without transactions
 * beside such a coinbase changes no coin.
 */
export class ConnectedCoins {
  readonly #threads = new RecentMap<number, RawEvent[]>(MAX_THREADS);

  /** Takes an event of utxocache:add or utxocache:spent. */
  add(event: RawEvent): void {
    const events = this.#threads.get(event.tid);
    const last = events?.at(-1);
    const begins = isCoinbaseAdd(event) && !(last && isNextOutput(last, event));
    if (events === undefined || begins || events.length >= MAX_EVENTS) {
      this.#threads.set(event.tid, [event]);
    } else {
      events.push(event);
    }
  }

  /** The coins of a block, at its validation:block_connected. */
  connect(block: RawEvent): ConnectedBlock {
    const events = this.#threads.take(block.tid) ?? [];
    const expected = Math.max(0, (fieldNumber(block, "inputs") ?? 1) - 1);
    const isWhole = beginsWithCoinbaseOf(block, events) && spentIn(events) <= expected;
    const coins = isWhole ? events : lastSpending(events, expected);
    return { coins, missing: expected - spentIn(coins) };
  }
}

export interface ConnectedBlock {
  /** In the order in which they were changed. */
  readonly coins: readonly RawEvent[];
  /** Spent coins of the block whose events did not come; not 0 when events were lost or tracing began in its midst. */
  readonly missing: number;
}

/** More than connect, check or make blocks at a time. */
const MAX_THREADS = 32;
/** No block changes as many: 4,000,000 weight are at most 24,390 inputs of 164, or 111,111 outputs of 36. */
const MAX_EVENTS = 150_000;

function isCoinbaseAdd({ tracepoint, is_coinbase }: RawEvent): boolean {
  return tracepoint === "utxocache:add" && is_coinbase === true;
}

/** Whether both belong to one coinbase: a second look at the same block begins with a lower output again. */
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

/** The events from the last so many spent coins on; none unless there are as many. */
function lastSpending(events: readonly RawEvent[], spent: number): readonly RawEvent[] {
  if (spent === 0) return [];
  let left = spent;
  const begin = events.findLastIndex((event) => isSpent(event) && --left === 0);
  return begin < 0 ? [] : events.slice(begin);
}
