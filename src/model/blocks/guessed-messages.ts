import type { BlockDraft } from "./block-draft.ts";
import {
  type BlockMessage,
  isAnnouncement,
  isReceipt,
  isRelay,
  isServing,
} from "./block-message.ts";

/**
 * Messages whose payload is unknown: which block they are about is guessed from their type and time.
 *
 *     headers ◄─ peer 9   cmpctblock ◄─ peer 9   getblocktxn ─► peer 9   blocktxn ◄─ peer 9  ├ connected ┤  headers ─► peer 4
 *     └ they wait for the block that connects next ────────────────────────────────────────┘             └ of this block
 *
 * - A block that reaches the node, whole or in parts, is the one that connects next. So is what peers announce, and
 *   what the node relays, just before. The first headers of a new peer count if the peer also sends the block.
 * - What the node sends, and is asked for, just after it connected a block is about that block. So is what peers
 *   announce then, as long as each peer announces one block.
 * - `headers` with one header is an announcement. Other sizes come from peers that catch up. `inv` and `getdata`
 *   are mostly about transactions and are not used.
 */
export class GuessedMessages {
  /** Messages that no block was connected for. */
  #waiting: BlockMessage[] = [];
  /** By peer, its last message that is about the next block only if the peer also sends that block. */
  #doubtful = new Map<number, BlockMessage>();

  /** @param open the block that was connected last, while messages about it are still expected */
  add(message: BlockMessage, open: BlockDraft | null): void {
    if (!isUsable(message)) return;
    if (open !== null && this.#isAbout(message, open)) open.add(message);
    else if (!isServing(message) && !isRelayedHeader(message)) this.#wait(message);
  }

  /** Adds a message that is about the next block if its peer also sends that block. */
  addDoubtful(message: BlockMessage): void {
    if (!isUsable(message)) return;
    if (this.#doubtful.size >= MAX_WAITING) this.#doubtful.clear();
    this.#doubtful.set(message.peer.id, message);
  }

  /**
   * The messages about a block, which wait no longer.
   * @param begin when connecting it began, in ns since boot
   * @param isBranch whether blocks connect that arrived before it: messages about them wait, too
   */
  take(begin: number, isBranch: boolean): BlockMessage[] {
    const silence = isBranch ? BRANCH_SILENCE_NS : SILENCE_NS;
    const waiting = this.#waiting;
    this.#waiting = [];
    const signs = waiting.filter(isSign).toReversed();
    let first = begin;
    for (const { at_ns } of signs) {
      if (first - at_ns > silence) break;
      first = Math.min(first, at_ns);
    }
    const doubtful = this.#doubtful;
    this.#doubtful = new Map();
    const found = signs.filter(({ at_ns }) => at_ns >= first);
    if (found.length === 0) return [];
    const certain = found.filter(isReceipt).flatMap(({ peer }) => doubtful.get(peer.id) ?? []);
    return [...new Set(certain), ...waiting].filter(({ at_ns }) => first - at_ns <= silence);
  }

  #isAbout(message: BlockMessage, open: BlockDraft): boolean {
    if (isServing(message) || isRelay(message)) return true;
    const { peer, msg_type } = message;
    if (msg_type === "blocktxn") return open.awaits(peer.id);
    const isNextComing = this.#waiting.some(isReceipt);
    return isAnnouncement(message) && !open.hasAnnounced(peer.id) && !isNextComing;
  }

  #wait(message: BlockMessage): void {
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push(message);
  }
}

/** 80 bytes of header, the count of headers, and the count of transactions, which is always 0. */
const ONE_HEADER = 82;
/** A longer silence than this separates the messages about one block from those about another. */
const SILENCE_NS = 10e9;
const BRANCH_SILENCE_NS = 2e9;
const MAX_WAITING = 400;

function isUsable({ msg_type, size }: BlockMessage): boolean {
  if (msg_type === "inv" || msg_type === "getdata") return false;
  return msg_type !== "headers" || size === ONE_HEADER;
}

/** A new block is there: it reached the node, or the node passes it on before connecting it. */
function isSign(message: BlockMessage): boolean {
  return isReceipt(message) || isRelay(message);
}

/** The node relays a header only once the block is connected. */
function isRelayedHeader(message: BlockMessage): boolean {
  return isRelay(message) && message.msg_type === "headers";
}
