import type { RawEvent } from "../tracer/decoder.ts";
import type { Direction } from "./traffic.ts";
import { durationOf, numberOf, textOf } from "./values.ts";

/**
 * A block's way through the node, put together from messages and its connection:
 *
 *     cmpctblock ◄─ peer 4      getblocktxn ─► peer 4      blocktxn ◄─ peer 4     ├ connected ┤   headers ─► peer 9
 *     └─ first announcement                                                                        └─ passed on
 *
 * Payloads are not read, so a message is told to be of this block by its type and time alone: it belongs to the
 * burst of such messages around the connection. A `headers` message of one header is an announcement; other sizes
 * are somebody catching up.
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
/** 80 bytes of header, the count of headers and the count of transactions, which is always 0. */
const ONE_HEADER = 82;
/** A longer silence than this separates one block's messages from another's. */
const SILENCE_MS = 10_000;
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
    // What a peer sends now may already be of the next block; what the node sends is of the one it has.
    if (newest && direction === "out" && type !== "getblocktxn" && isSoonAfter(message, newest)) {
      if (newest.steps.length < MOST_STEPS) newest.steps.push(message);
      return;
    }
    const silent = time - (this.#waiting.at(-1)?.time ?? time) > SILENCE_MS;
    if (silent) this.#waiting = [];
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
  }

  connected(event: RawEvent): void {
    this.#connected++;
    const isRecent = ({ time }: Message): boolean => event.time - time < SILENCE_MS;
    const steps = this.#waiting.some(isRecent) ? this.#waiting.slice(0, MOST_STEPS) : [];
    this.#waiting = [];
    this.#blocks.unshift({ event, steps });
    if (this.#blocks.length > MOST_BLOCKS) this.#blocks.pop();
  }

  /** Newest first. */
  view(): BlockView[] {
    return this.#blocks.map(viewOf);
  }

  /** How many were connected since tracing began. */
  get count(): number {
    return this.#connected;
  }
}

function isSoonAfter({ time }: Message, { event }: Block): boolean {
  return time - event.time < AFTER_MS;
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
