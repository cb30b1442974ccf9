import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import { RecentMap } from "../../util/recent-map.ts";
import type { CauseDocument } from "../causes/causes.ts";
import { nanosecondsOf } from "../values.ts";
import { BlockDraft } from "./block-draft.ts";
import {
  type BlockMessage,
  isAnnouncement,
  isReceipt,
  isRelay,
  isRequest,
  readBlockMessage,
} from "./block-message.ts";
import { CoinRuns } from "./coin-runs.ts";
import { type ConnectedBlock, connectedBlock } from "./connected-block.ts";
import { GuessedMessages } from "./guessed-messages.ts";
import { KnownBlocks } from "./known-blocks.ts";

export interface Connected {
  readonly draft: BlockDraft;
  /** Whether its life begins to be complete; false for a block that connects once more. */
  readonly isNew: boolean;
}

/** How long after its connection a block is complete, in ns: what peers do later is not about its relay. */
const OPEN_NS = 2e9;
/** Blocks that are kept after their connection. */
export const MAX_CONNECTED = 40;
const MAX_THREADS = 64;
const MAX_HANDSHAKES = 1000;
const NEW_PEER_NS = 10e9;

/** Whether something that happens at this moment (in ns since boot) can be part of the block's life. */
export function isOpen({ connected, isComplete }: BlockDraft, at: number): boolean {
  return !isComplete && (connected === null || at < connected.at + OPEN_NS);
}

/** What one node's process does with blocks. */
export class NodeBlocks {
  readonly known: KnownBlocks;
  readonly #pid: number;
  readonly #guessed = new GuessedMessages();
  /** The block that each thread connected last: what the thread flushes and removes next is the block's. */
  readonly #current = new Map<number, BlockDraft>();
  readonly coins = new CoinRuns();
  /** Connected last first: those that may connect again. */
  readonly #connected: BlockDraft[] = [];
  /** When the handshake with a peer began, in ns since boot. */
  readonly #handshakes = new RecentMap<number, number>(MAX_HANDSHAKES);
  #height = -1;
  /** Whether the last block connected at or below this height. */
  #isBranch = false;

  constructor(pid: number) {
    this.#pid = pid;
    this.known = new KnownBlocks(pid);
  }

  message(event: RawEvent, at: number): void {
    // The thread does something else: what it removes or flushes from now on is not the block's.
    this.#current.delete(event.tid);
    if (event.msg_type === "version") this.#handshakes.set(numberIn(event, "peer_id") ?? -1, at);
    const read = readBlockMessage(event);
    if (read === null) return;
    if (read.hashes === null) {
      const [last] = this.#connected;
      if (this.#isFirstHeaders(read.message)) this.#guessed.addDoubtful(read.message);
      else this.#guessed.add(read.message, last && isOpen(last, at) ? last : null);
    } else {
      for (const [hash, message] of read.hashes) this.#named(hash, message, event.time);
    }
  }

  connect(event: RawEvent, at: number, cause: CauseDocument | null): Connected {
    const { tid, time } = event;
    const block = connectedBlock(event);
    const { hash, height } = block;
    const coins = this.coins.take(tid, height);
    this.#current.delete(tid);
    const before = hash === null ? -1 : this.#connected.findIndex((draft) => draft.hash === hash);
    if (before >= 0) {
      const [draft] = this.#connected.splice(before, 1);
      this.#connected.unshift(draft!);
      return { draft: draft!, isNew: false };
    }
    const known = hash === null ? undefined : this.known.get(hash);
    if (known?.connected) return { draft: known, isNew: false };
    const draft = known ?? this.#begin(known === null ? null : hash, block, time);
    draft.connected = { ...block, at, time, cause };
    draft.coins = coins;
    this.#takeGuessed(draft);
    this.#connected.unshift(draft);
    if (this.#connected.length > MAX_CONNECTED) this.#connected.pop();
    if (this.#current.size >= MAX_THREADS) this.#current.clear();
    this.#current.set(tid, draft);
    return { draft, isNew: known !== null };
  }

  flush(event: RawEvent, at: number): void {
    const [mode, coins] = [textIn(event, "mode"), numberIn(event, "coins")];
    this.#current.get(event.tid)?.flushed({ duration_ns: nanosecondsOf(event), mode, coins }, at);
  }

  remove({ tid, reason }: RawEvent, at: number): void {
    if (reason === "block" || reason === "conflict") this.#current.get(tid)?.removed(reason, at);
  }

  complete(draft: BlockDraft): void {
    if (draft.hash !== null) this.known.complete(draft.hash);
    for (const [tid, current] of this.#current) if (current === draft) this.#current.delete(tid);
  }

  /** The node requests headers from a new peer; the answer names the peer's tip and announces no new block. */
  #isFirstHeaders({ msg_type, direction, peer, at_ns }: BlockMessage): boolean {
    if (msg_type !== "headers" || direction === "out") return false;
    const since = this.#handshakes.get(peer.id);
    return since !== undefined && at_ns - since < NEW_PEER_NS;
  }

  /** @param hash null for a block that is not to be found by its hash */
  #begin(hash: string | null, block: ConnectedBlock, time: number): BlockDraft {
    return hash === null ? new BlockDraft(block.hash, this.#pid, time) : this.known.add(hash, time);
  }

  #named(hash: string, message: BlockMessage, time: number): void {
    const known = this.known.get(hash);
    if (known === null || (known && !isOpen(known, message.at_ns))) return;
    if (known === undefined && !isNews(message)) return;
    if (known?.connected && this.#isFirstHeaders(message)) return;
    (known ?? this.known.add(hash, time)).add(message);
    this.known.grow();
  }

  /** Blocks of another branch connect below the height of the chain: the block that arrived is a later one. */
  #takeGuessed(draft: BlockDraft): void {
    const { height, at, duration_ns } = draft.connected!;
    if (height !== null && height <= this.#height) {
      this.#isBranch = true;
      return;
    }
    const begin = at - Math.max(0, duration_ns ?? 0);
    for (const message of this.#guessed.take(begin, this.#isBranch)) draft.add(message);
    this.#height = height ?? this.#height;
    this.#isBranch = false;
  }
}

/** Whether the message can be about a block that the node does not have: peers also exchange old ones. */
function isNews(message: BlockMessage): boolean {
  if (isRelay(message)) return message.msg_type === "cmpctblock";
  return isAnnouncement(message) || isRequest(message) || isReceipt(message);
}
