import type { RawEvent } from "../../event/event.ts";
import { knownMedian, median } from "../../util/statistics.ts";
import type { ChainWatch } from "../chain/chain-watch.ts";
import type { Reorganisation } from "../chain/reorganisation.ts";
import type { Column, History } from "../history.ts";
import type { Direction } from "../traffic.ts";
import { durationOf, numberOf, textOf } from "../values.ts";
import { type BlockParts, type BlockStep, type FirstPeer, leadOf, partsOf } from "./block-path.ts";

/**
 * A block's way through the node, put together from messages and its connection:
 *
 *     cmpctblock ◄─ peer 4      getblocktxn ─► peer 4      blocktxn ◄─ peer 4     ├ connected ┤   headers ─► peer 9
 *     └─ first announcement                                                                        └─ passed on
 *
 * Payloads are not read, so which block a message is of is told from its type and time alone. A block that comes, whole
 * or in parts, is the one that is connected next; what is announced just before it came is that one too; what the node
 * sends just after connecting it, and what it is asked for then, is of the one it connected. A `headers` message of one
 * header is an announcement; other sizes are somebody catching up.
 */
export interface BlockView {
  readonly hash: string | null;
  /** Whether a reorganisation replaced it. */
  readonly stale: boolean;
  readonly height: number | null;
  readonly transactions: number | null;
  readonly inputs: number | null;
  readonly sigops: number | null;
  /** How long connecting it took, in ms. */
  readonly duration: number | null;
  /** When it was connected, in ms since the epoch. */
  readonly time: number;
  /** When the first step was seen; null when none was before the connection. */
  readonly announced: number | null;
  /** Null when no step was seen before the connection. */
  readonly first: FirstPeer | null;
  readonly parts: BlockParts | null;
  /** In the order in which they happened. */
  readonly steps: readonly BlockStep[];
}

export interface BlocksView {
  /** Since tracing began. */
  readonly connected: number;
  /** Newest first. */
  readonly blocks: readonly BlockView[];
  /** What takes longer than this is called slow, in ms; null while there are too few blocks to compare with. */
  readonly slow: { readonly connecting: number | null; readonly arriving: number | null };
  /** Blocks since tracing began by how long connecting took: as many as DURATIONS. */
  readonly durations: readonly number[];
  /** The last ones since tracing began, newest first. */
  readonly reorganisations: readonly Reorganisation[];
  /** Who told first of the blocks, most often first. */
  readonly announcers: readonly Announcer[];
}

export interface Announcer {
  readonly peer: number | null;
  readonly address: string | null;
  readonly blocks: number;
  /** Median time before the second peer, in ms; null when there never was one. */
  readonly lead: number | null;
}

/** Lower ends of the classes of durations in which blocks are counted, in ms. */
export const DURATIONS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

interface Message {
  readonly time: number;
  readonly direction: Direction;
  readonly peer: number | null;
  readonly address: string | null;
  readonly type: string;
  readonly size: number;
}

const STEP_TYPES = new Set(["cmpctblock", "getblocktxn", "blocktxn", "block", "headers"]);
/** What only comes from a peer when the node lacks that block. */
const ARRIVALS = new Set(["cmpctblock", "blocktxn", "block"]);
/** 80 bytes of header, the count of headers and the count of transactions, which is always 0. */
const ONE_HEADER = 82;
/** A longer silence than this separates one block's arrival from another's. */
const SILENCE_MS = 10_000;
/** How long before a block comes it can have been announced. */
const BEFORE_MS = 2_000;
/** How long after its connection a block is still passed on. */
const AFTER_MS = 3_000;
const MAX_BLOCKS = 40;
const MAX_STEPS = 120;
const MAX_WAITING = 400;
/** Slow is what takes so many times as long as the median, */
const SLOW_TIMES = 3;
/** and at least so many ms: small blocks differ by more than that factor, and nobody cares. */
const SLOW_CONNECTING_MS = 50;
const SLOW_ARRIVING_MS = 500;
/** Fewer blocks have no median that means anything. */
const FEWEST_COMPARED = 5;

interface Block {
  readonly event: RawEvent;
  readonly steps: Message[];
}

/** The last blocks that were connected. */
export class Blocks {
  /** Newest first. */
  readonly #blocks: Block[] = [];
  /** Messages that no block was connected for yet. */
  #waiting: Message[] = [];
  #connected = 0;
  readonly #history: History;
  readonly #chain: ChainWatch;
  readonly #columns: Record<"connected" | "transactions" | "busy", Column>;
  readonly #durations = new Array<number>(DURATIONS.length).fill(0);

  /** @param chain that has seen the same events */
  constructor(history: History, chain: ChainWatch) {
    this.#history = history;
    this.#chain = chain;
    this.#columns = {
      connected: history.column("blocks.connected"),
      transactions: history.column("blocks.transactions"),
      busy: history.column("blocks.busy"),
    };
  }

  message(event: RawEvent, direction: Direction, type: string): void {
    if (!STEP_TYPES.has(type)) return;
    const size = numberOf(event, "size") ?? 0;
    if (type === "headers" && size !== ONE_HEADER) return;
    const { time } = event;
    const peer = numberOf(event, "peer_id");
    const message = { time, direction, peer, address: textOf(event, "address"), type, size };
    const newest = this.#blocks[0];
    if (newest && isServing(message) && time - newest.event.time < AFTER_MS) {
      if (newest.steps.length < MAX_STEPS) newest.steps.push(message);
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push(message);
  }

  connected(event: RawEvent): void {
    this.#connected++;
    this.#columns.connected.add(1);
    this.#columns.transactions.add(numberOf(event, "transactions") ?? 0);
    const duration = durationOf(event);
    if (duration !== null) {
      this.#columns.busy.add(duration);
      const above = DURATIONS.findIndex((from) => duration < from);
      this.#durations[above < 0 ? DURATIONS.length - 1 : Math.max(0, above - 1)]!++;
    }
    const steps = arrivalOf(this.#waiting, event.time).slice(0, MAX_STEPS);
    this.#waiting = [];
    // Once more, after a reorganisation was taken back.
    const before = this.#blocks.findIndex(({ event: { hash } }) => hash && hash === event.hash);
    if (before >= 0) this.#blocks.splice(before, 1);
    this.#blocks.unshift({ event, steps });
    if (this.#blocks.length > MAX_BLOCKS) this.#blocks.pop();
  }

  view(): BlocksView {
    const blocks = this.latest(MAX_BLOCKS);
    const arrivals = blocks.map(({ announced, time }) => announced && time - announced);
    return {
      connected: this.#connected,
      blocks,
      slow: {
        connecting: slowAbove(
          blocks.map(({ duration }) => duration),
          SLOW_CONNECTING_MS,
        ),
        arriving: slowAbove(arrivals, SLOW_ARRIVING_MS),
      },
      durations: this.#durations,
      reorganisations: this.#chain.recent,
      announcers: announcersOf(blocks),
    };
  }

  /** The last one; null before the first. */
  get newest(): BlockView | null {
    return this.latest(1)[0] ?? null;
  }

  /** Newest first. */
  latest(most: number): BlockView[] {
    return this.#blocks.slice(0, most).map((block) => viewOf(block, this.#chain));
  }

  /** Blocks and their transactions per second, over the last minute: a node that catches up shows it by these. */
  get rates(): { readonly blocks: number; readonly transactions: number } {
    const { connected, transactions } = this.#columns;
    return {
      blocks: this.#history.rate(connected, 60),
      transactions: this.#history.rate(transactions, 60),
    };
  }
}

function slowAbove(durations: readonly (number | null)[], least: number): number | null {
  const known = durations.filter((duration) => duration !== null);
  if (known.length < FEWEST_COMPARED) return null;
  return Math.max(SLOW_TIMES * median(known), least);
}

function announcersOf(blocks: readonly BlockView[]): Announcer[] {
  const firsts = new Map<number | null, FirstPeer[]>();
  for (const { first } of blocks) {
    if (first) firsts.set(first.peer, [...(firsts.get(first.peer) ?? []), first]);
  }
  return [...firsts]
    .map(([peer, all]) => ({
      peer,
      address: all[0]!.address,
      blocks: all.length,
      lead: knownMedian(all.map(({ lead }) => lead)),
    }))
    .sort((a, b) => b.blocks - a.blocks || (b.lead ?? 0) - (a.lead ?? 0));
}

/** Whether it is of a block that the node has already. */
function isServing({ direction, type }: Message): boolean {
  return (direction === "out") !== (type === "getblocktxn");
}

/** Of the messages before a connection, those of the block that was connected. */
function arrivalOf(waiting: readonly Message[], connected: number): Message[] {
  const arrivals = waiting.filter(
    ({ direction, type }) => direction === "in" && ARRIVALS.has(type),
  );
  let begin = connected;
  for (const { time } of arrivals.toReversed()) {
    if (begin - time > SILENCE_MS) break;
    begin = time;
  }
  if (begin === connected) return [];
  return waiting.filter((message) => {
    if (message.time >= begin) return !isServing(message) || message.type === "cmpctblock";
    return begin - message.time < BEFORE_MS && isAnnouncement(message);
  });
}

function isAnnouncement({ direction, type }: Message): boolean {
  return direction === "in" && type === "headers";
}

function viewOf({ event, steps }: Block, chain: ChainWatch): BlockView {
  const [start] = steps;
  const announced = start && start.time <= event.time ? start.time : null;
  const begin = announced ?? event.time;
  const duration = durationOf(event);
  const way = steps.map(({ time, address: _, ...step }) => ({ at: time - begin, ...step }));
  const connected = event.time - begin;
  const hash = textOf(event, "hash");
  return {
    hash,
    stale: hash !== null && chain.isStale(hash),
    height: numberOf(event, "height"),
    transactions: numberOf(event, "transactions"),
    inputs: numberOf(event, "inputs"),
    sigops: numberOf(event, "sigops_cost"),
    duration,
    time: event.time,
    announced,
    first:
      start && announced !== null
        ? {
            peer: start.peer,
            address: start.address,
            type: start.type,
            lead: leadOf(way, connected),
          }
        : null,
    parts: announced === null ? null : partsOf(way, connected, duration),
    steps: way,
  };
}
