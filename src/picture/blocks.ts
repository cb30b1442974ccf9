import type { RawEvent } from "../tracer/decoder.ts";
import type { Direction } from "./traffic.ts";
import { durationOf, numberOf, textOf } from "./values.ts";

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
export interface BlockStep {
  /** In ms since the block's first step. */
  readonly at: number;
  readonly direction: Direction;
  readonly peer: number | null;
  readonly type: string;
  readonly size: number;
}

export interface BlockView {
  readonly hash: string | null;
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
  /** In the order in which they happened. */
  readonly steps: readonly BlockStep[];
}

interface Message {
  readonly time: number;
  readonly direction: Direction;
  readonly peer: number | null;
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
const MOST_BLOCKS = 40;
const MOST_STEPS = 120;
const MOST_WAITING = 400;

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

  message(event: RawEvent, direction: Direction, type: string): void {
    if (!STEP_TYPES.has(type)) return;
    const size = numberOf(event, "size") ?? 0;
    if (type === "headers" && size !== ONE_HEADER) return;
    const { time } = event;
    const message = { time, direction, peer: numberOf(event, "peer_id"), type, size };
    const newest = this.#blocks[0];
    if (newest && isServing(message) && time - newest.event.time < AFTER_MS) {
      if (newest.steps.length < MOST_STEPS) newest.steps.push(message);
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift();
    this.#waiting.push(message);
  }

  connected(event: RawEvent): void {
    this.#connected++;
    const steps = arrivalOf(this.#waiting, event.time).slice(0, MOST_STEPS);
    this.#waiting = [];
    this.#blocks.unshift({ event, steps });
    if (this.#blocks.length > MOST_BLOCKS) this.#blocks.pop();
  }

  /** Newest first. @param most the others are left out */
  view(most = MOST_BLOCKS): BlockView[] {
    return this.#blocks.slice(0, most).map(viewOf);
  }

  /** How many were connected since tracing began. */
  get count(): number {
    return this.#connected;
  }
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

function viewOf({ event, steps }: Block): BlockView {
  const announced = steps.find(({ time }) => time <= event.time)?.time ?? null;
  const begin = announced ?? event.time;
  return {
    hash: textOf(event, "hash"),
    height: numberOf(event, "height"),
    transactions: numberOf(event, "transactions"),
    inputs: numberOf(event, "inputs"),
    sigops: numberOf(event, "sigops_cost"),
    duration: durationOf(event),
    time: event.time,
    announced,
    steps: steps.map(({ time, ...step }) => ({ at: time - begin, ...step })),
  };
}
