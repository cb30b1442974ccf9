import { type BlockMention, blocksIn } from "../../bitcoin/decode/block-mention.ts";
import type { RawEvent } from "../../event/event.ts";
import { connectedBlock } from "../../model/blocks/connected-block.ts";
import { CoinRuns } from "./coin-runs.ts";
import type { Announcement, BlockStory, StoryPeer, Transfer } from "./story.ts";

/**
 * Follows blocks through the tracepoints, from the first peer that announces one to the last transaction that it takes
 * out of the mempool:
 *
 *     net:inbound_message     headers, inv, cmpctblock ──► announced      by the hash in the payload
 *                             cmpctblock, block, blocktxn ► received
 *     net:outbound_message    getdata, getblocktxn ───────► requested
 *                             headers, inv, cmpctblock ──► relayed
 *     validation:block_connected ─────────────────────────► connected     by its hash; what follows, by its thread:
 *     utxocache:add, spent ──► coins     utxocache:flush ──► flushed     mempool:removed ──► mempool
 *
 * A block's story is told some time after it was connected, when the slower peers have announced it too. Most blocks
 * that peers tell of were connected long ago, and anybody can announce what never comes: what is not connected is
 * forgotten when it is the oldest of many.
 */
type Draft = { -readonly [Part in keyof BlockStory]: BlockStory[Part] } & {
  readonly announcements: Announcement[];
  readonly transfers: Transfer[];
  readonly relayedTo: Set<number>;
  readonly key: string;
};

/** How long after its connection a block's story is told, in ns: peers that are later than that do not count. */
const SETTLED = 2e9;
const MAX_BLOCKS = 4096;
const MAX_WAITING = 256;
const MAX_THREADS = 64;
/** Of each kind; a node has some 125 peers. */
const MAX_PARTS = 512;

/** Message types by what they say of a block. */
const ANNOUNCING = new Set(["headers", "inv", "cmpctblock"]);
const CARRYING: Readonly<Record<string, Transfer["what"]>> = {
  block: "block",
  cmpctblock: "compact block",
  blocktxn: "transactions",
};

export class BlockWatch {
  /** Blocks that were heard of, oldest first; null for those whose story was told. */
  readonly #drafts = new Map<string, Draft | null>();
  /** Connected and not told yet, in order of their connection. */
  readonly #waiting: Draft[] = [];
  /** What each thread connected last: what it flushes and removes then is the block's. */
  readonly #current = new Map<number, Draft>();
  readonly #coins = new CoinRuns();
  /** Of the last event, in ns since boot, and the wall clock then. */
  #last = { at: 0, time: 0 };

  /** @returns the stories that are complete now */
  add(event: RawEvent): BlockStory[] {
    this.#last = { at: Number(event.ktime), time: event.time };
    switch (event.tracepoint) {
      case "net:inbound_message":
        this.#inbound(event);
        break;
      case "net:outbound_message":
        this.#outbound(event);
        break;
      case "validation:block_connected":
        this.#connect(event);
        break;
      case "utxocache:add":
        this.#coins.add(event);
        break;
      case "utxocache:spent":
        this.#coins.spend(event);
        break;
      case "utxocache:flush":
        this.#flush(event);
        break;
      case "mempool:removed":
        this.#remove(event);
        break;
    }
    return this.#settled(this.#last.at);
  }

  /** @param now ms since the epoch */
  tick(now: number): BlockStory[] {
    return this.#settled(this.#last.at + (now - this.#last.time) * 1e6);
  }

  /** The stories that were waiting, at the end. */
  rest(): BlockStory[] {
    return this.#settled(Number.POSITIVE_INFINITY);
  }

  /** What is known of a block that was not connected. */
  unconnected(hash: string): BlockStory[] {
    return [...this.#drafts.values()].filter(
      (draft): draft is Draft => draft?.hash === hash && draft.connection === null,
    );
  }

  #inbound(event: RawEvent): void {
    this.#endBlock(event);
    const mentions = mentionsOf(event);
    const type = String(event.msg_type);
    const what = CARRYING[type];
    for (const mention of mentions) {
      const draft = this.#draft(event, mention.hash);
      if (draft === null) continue;
      const { announcements } = draft;
      const peer = peerOf(event);
      if (ANNOUNCING.has(type) && !announcements.some((other) => other.peer.id === peer.id)) {
        append(announcements, { peer, type, among: mentions.length, at: Number(event.ktime) });
      }
      if (what) append(draft.transfers, transfer("received", what, event, mention));
    }
  }

  #outbound(event: RawEvent): void {
    this.#endBlock(event);
    const type = String(event.msg_type);
    for (const mention of mentionsOf(event)) {
      // Peers that ask for old headers get them by the thousand: these are no new blocks.
      const isOld = type === "headers" && !this.#drafts.has(keyOf(event, mention.hash));
      const draft = isOld ? null : this.#draft(event, mention.hash);
      if (draft === null) continue;
      if (type === "getdata") {
        const what = mention.compact ? "compact block" : "block";
        append(draft.transfers, transfer("requested", what, event, mention));
      } else if (type === "getblocktxn") {
        append(draft.transfers, transfer("requested", "transactions", event, mention));
      } else if (ANNOUNCING.has(type)) {
        if (draft.relayedTo.size < MAX_PARTS) draft.relayedTo.add(Number(event.peer_id));
        const { type: firstType, at } = draft.relay ?? { type, at: Number(event.ktime) };
        draft.relay = { peers: draft.relayedTo.size, type: firstType, at };
      }
    }
  }

  #connect(event: RawEvent): void {
    const { tid } = event;
    const block = connectedBlock(event);
    const coins = this.#coins.take(tid, block.height);
    const draft = this.#draft(event, block.hash);
    // What is connected once more, after a reorganisation, has its story.
    if (draft === null || draft.connection !== null) return;
    draft.connection = { ...block, at: Number(event.ktime) };
    draft.coins = coins;
    this.#waiting.push(draft);
    if (this.#current.size >= MAX_THREADS) this.#current.clear();
    this.#current.set(tid, draft);
  }

  #flush({ tid, ktime, duration_us, mode, coins }: RawEvent): void {
    const draft = this.#current.get(tid);
    if (!draft) return;
    draft.flush = {
      duration: Number(duration_us),
      mode: String(mode),
      coins: Number(coins),
      at: Number(ktime),
    };
  }

  #remove({ tid, ktime, reason }: RawEvent): void {
    const draft = this.#current.get(tid);
    if (!draft || (reason !== "block" && reason !== "conflict")) return;
    const { block, conflict } = draft.removed ?? { block: 0, conflict: 0 };
    draft.removed = {
      block: block + (reason === "block" ? 1 : 0),
      conflict: conflict + (reason === "conflict" ? 1 : 0),
      at: Number(ktime),
    };
  }

  /** The thread does something else: what it removes or flushes from now on is not the block's. */
  #endBlock({ tid }: RawEvent): void {
    this.#current.delete(tid);
  }

  /** Null for a block whose story was told already. */
  #draft(event: RawEvent, hash: string): Draft | null {
    const key = keyOf(event, hash);
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#drafts.keys();
    if (this.#drafts.size >= MAX_BLOCKS) this.#drafts.delete(oldest!);
    const draft: Draft = {
      ...{ key, hash, time: event.time, announcements: [], transfers: [], relayedTo: new Set() },
      ...{ connection: null, coins: null, flush: null, removed: null, relay: null },
    };
    this.#drafts.set(key, draft);
    return draft;
  }

  /** @param now ns since boot */
  #settled(now: number): BlockStory[] {
    const stories: BlockStory[] = [];
    for (;;) {
      const [draft] = this.#waiting;
      const isSettled = draft && now >= draft.connection!.at + SETTLED;
      if (!draft || (!isSettled && this.#waiting.length <= MAX_WAITING)) return stories;
      stories.push(draft);
      this.#waiting.shift();
      this.#drafts.set(draft.key, null);
      for (const [tid, current] of this.#current) if (current === draft) this.#current.delete(tid);
    }
  }
}

/** Several processes can run the same binary. */
function keyOf({ pid }: RawEvent, hash: string): string {
  return `${pid} ${hash}`;
}

function mentionsOf({ msg_type, payload }: RawEvent): BlockMention[] {
  return payload instanceof Uint8Array ? blocksIn(String(msg_type), payload) : [];
}

function peerOf({ peer_id, address, connection_type }: RawEvent): StoryPeer {
  return {
    id: Number(peer_id),
    address: String(address),
    connectionType: String(connection_type),
  };
}

function transfer(
  kind: Transfer["kind"],
  what: Transfer["what"],
  event: RawEvent,
  mention: BlockMention,
): Transfer {
  return {
    ...{ kind, what, peer: peerOf(event), size: Number(event.size), at: Number(event.ktime) },
    transactions: mention.transactions ?? null,
  };
}

/** What a hostile peer repeats without end is not kept without end. */
function append<Part>(parts: Part[], part: Part): void {
  if (parts.length < MAX_PARTS) parts.push(part);
}
