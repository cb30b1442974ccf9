import type { RawEvent } from "../../event/event.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import { KnownChain } from "./known-chain.ts";
import type { Reorganisation } from "./reorganisation.ts";
import { ReturnedTransactions } from "./returned-transactions.ts";

/**
 * Finds reorganisations in the events of nodes. Core has no tracepoint for disconnected blocks. During a
 * reorganisation, one thread of Core fires these events:
 *
 *     (blocks are disconnected)        ──► nothing; with IPC, `ipc:block_disconnected` a little later
 *     validation:block_connected  101b ──► at or below the tip, another hash: the reorganisation begins
 *     mempool:removed  block           ──► transactions of 101b
 *     validation:block_connected  102b ──► the new branch has more work
 *     mempool:added                    ──► transactions of the replaced blocks return,
 *     mempool:rejected                 ──► or are no longer valid,
 *     mempool:removed  reorg           ──► transactions of the mempool that are no longer valid
 *
 * `invalidateblock` disconnects blocks and returns their transactions long before another block connects. So each
 * transaction that left the mempool for a block and enters it again counts as returned, at any time.
 *
 * Memory is bounded. The counts lack transactions that were never in the mempool before their block, and a part of
 * those of a reorganisation deeper than a few full blocks.
 */
export class ChainWatch {
  readonly #onComplete: OnComplete;
  readonly #nodes = new Map<number, Node>();
  /** The state of a process that ended. The next new process continues it. */
  #ended: Node | null = null;
  /** Newest first. */
  #recent: Reorganisation[] = [];
  /** The latest reorganisation of each node, until it is complete. */
  readonly #open = new Map<Node, Reorganisation>();
  readonly #replaced = new Set<string>();
  #totals: ChainTotals = { reorganisations: 0, replaced: 0, returned: 0, dropped: 0, lastDepth: 0 };

  /** @param onComplete is called with each complete reorganisation, before `see` or `advance` returns it */
  constructor(onComplete: OnComplete = () => {}) {
    this.#onComplete = onComplete;
  }

  /** Processes an event. @returns the reorganisations that are complete now */
  see(event: StreamEvent): readonly Reorganisation[] {
    const settled = this.advance(event.time);
    if (isNotice(event)) {
      if (event.tracepoint === "corelens:ended") this.#end(event.pid);
      return settled;
    }
    const handle = HANDLERS[event.tracepoint];
    return handle === undefined ? settled : [...settled, ...this.#handle(event, handle)];
  }

  /** Lets time pass without an event. @param now ms since the epoch @returns the completed reorganisations */
  advance(now: number): readonly Reorganisation[] {
    if (this.#open.size === 0) return NONE;
    return [...this.#open.keys()]
      .filter((node) => now >= node.lastChange + waitFor(this.#open.get(node)!))
      .map((node) => this.#settle(node));
  }

  /** Completes the open reorganisations at the end of the stream. */
  rest(): readonly Reorganisation[] {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  /** The sums of all nodes since the start. */
  get totals(): ChainTotals {
    return this.#totals;
  }

  /** The latest reorganisations, complete and incomplete, newest first. */
  get recent(): readonly Reorganisation[] {
    return this.#recent;
  }

  /** Lists reorganisations that an earlier process saw after those of this one. @param recent newest first */
  restore(recent: readonly Reorganisation[]): void {
    this.#recent = [...this.#recent, ...recent].slice(0, MAX_RECENT);
  }

  /** Whether another block replaced this connected block. */
  isStale(hash: string): boolean {
    return this.#replaced.has(hash);
  }

  #handle(event: RawEvent, handle: Handler): readonly Reorganisation[] {
    const node = this.#nodeOf(event.pid);
    const change = handle(node, event);
    const open = this.#open.get(node);
    if (change === "connected") return this.#connected(node, event, open);
    if (change === "transactions" && open) this.#count(node, open, event.time);
    return NONE;
  }

  #connected(
    node: Node,
    { time, height, hash, tid }: RawEvent,
    open: Reorganisation | undefined,
  ): readonly Reorganisation[] {
    const tip = { height: Number(height), hash: String(hash) };
    this.#replaced.delete(tip.hash);
    const replaced = node.chain.connect(tip.height, tip.hash);
    if (replaced === null) {
      if (open && !isLonger(open)) this.#update(node, { ...open, tip }, time);
      return NONE;
    }
    // A new one completes the one before of its node; of too many, the oldest is complete.
    const [oldest] = this.#open.keys();
    const isFull = oldest !== undefined && this.#open.size >= MAX_OPEN;
    const settled = open ? [this.#settle(node)] : isFull ? [this.#settle(oldest)] : NONE;
    this.#forget();
    for (const stale of replaced.hashes) this.#replaced.add(stale);
    const { height: from, depth, hashes } = replaced;
    node.thread = tid;
    node.lastChange = time;
    const begun = { pid: node.pid, time, height: from, depth, replaced: hashes, tip };
    const { returned, dropped } = node.transactions.take();
    const reorganisation = node.transactions.isTraced
      ? { ...begun, returned, dropped }
      : { ...begun, returned: null, dropped: null };
    this.#recent = [reorganisation, ...this.#recent].slice(0, MAX_RECENT);
    this.#open.set(node, reorganisation);
    this.#add({ reorganisations: 1, depth, returned, dropped });
    return settled;
  }

  #count(node: Node, open: Reorganisation, time: number): void {
    const { returned, dropped } = node.transactions.take();
    if (returned + dropped === 0) return;
    this.#add({ reorganisations: 0, depth: 0, returned, dropped });
    const sums = {
      returned: (open.returned ?? 0) + returned,
      dropped: (open.dropped ?? 0) + dropped,
    };
    this.#update(node, { ...open, ...sums }, time);
  }

  #add(more: Omit<ChainTotals, "replaced" | "lastDepth"> & { readonly depth: number }): void {
    const { reorganisations, replaced, returned, dropped, lastDepth } = this.#totals;
    this.#totals = {
      reorganisations: reorganisations + more.reorganisations,
      replaced: replaced + more.depth,
      returned: returned + more.returned,
      dropped: dropped + more.dropped,
      lastDepth: more.depth || lastDepth,
    };
  }

  #update(node: Node, after: Reorganisation, time: number): void {
    const before = this.#open.get(node)!;
    this.#recent = this.#recent.map((each) => (each === before ? after : each));
    this.#open.set(node, after);
    node.lastChange = time;
  }

  #settle(node: Node): Reorganisation {
    const settled = this.#open.get(node)!;
    this.#open.delete(node);
    node.thread = null;
    this.#onComplete(settled, node.lastChange);
    return settled;
  }

  #nodeOf(pid: number): Node {
    const known = this.#nodes.get(pid);
    if (known) return known;
    const node = this.#ended ?? newNode();
    if (this.#ended) node.chain.resume();
    this.#ended = null;
    node.pid = pid;
    // An open reorganisation of the oldest node stays open until its time is over.
    const [oldest] = this.#nodes.keys();
    if (oldest !== undefined && this.#nodes.size >= MAX_NODES) this.#nodes.delete(oldest);
    this.#nodes.set(pid, node);
    return node;
  }

  #end(pid: number): void {
    this.#ended = this.#nodes.get(pid) ?? this.#ended;
    this.#nodes.delete(pid);
  }

  /** Limits the number of stored hashes of replaced blocks. */
  #forget(): void {
    for (const hash of this.#replaced) {
      if (this.#replaced.size < MAX_REPLACED) return;
      this.#replaced.delete(hash);
    }
  }
}

/** The sums of all reorganisations. */
export interface ChainTotals {
  readonly reorganisations: number;
  /** Blocks. */
  readonly replaced: number;
  /** Transactions. */
  readonly returned: number;
  readonly dropped: number;
  /** Number of blocks that the last reorganisation replaced; 0 before the first. */
  readonly lastDepth: number;
}

/** @param end time of the last event of the reorganisation, in ms since the epoch */
type OnComplete = (reorganisation: Reorganisation, end: number) => void;

interface Node {
  pid: number;
  readonly chain: KnownChain;
  readonly transactions: ReturnedTransactions;
  /** The thread that connects the new branch, until the reorganisation is complete. */
  thread: number | null;
  /** Time of the last change of its reorganisation, in ms since the epoch. */
  lastChange: number;
}

function newNode(): Node {
  return {
    pid: 0,
    chain: new KnownChain(),
    transactions: new ReturnedTransactions(),
    thread: null,
    lastChange: 0,
  };
}

/** Applies an event to a node. Returns what changed: the chain, or the counts of transactions. */
type Handler = (node: Node, event: RawEvent) => "connected" | "transactions" | undefined;

const connect: Handler = (_, { hash, height, historical }) =>
  typeof hash === "string" && typeof height === "number" && historical !== true
    ? "connected"
    : undefined;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "validation:block_connected": connect,
  "ipc:block_connected": connect,
  "ipc:block_disconnected": ({ chain }, { hash, height, historical }) => {
    if (typeof hash !== "string" || typeof height !== "number" || historical === true) return;
    chain.disconnect(height, hash);
  },
  "mempool:added": ({ transactions }, { txid }) => {
    if (typeof txid !== "string") return;
    transactions.added(txid);
    return "transactions";
  },
  "mempool:removed": ({ transactions }, { txid, reason }) => {
    if (reason === "reorg") {
      transactions.removed();
      return "transactions";
    }
    if (reason === "block" && typeof txid === "string") transactions.mined(txid);
    return;
  },
  // Peers also send mined transactions. Only the thread that reorganises rejects transactions of replaced blocks.
  "mempool:rejected": ({ transactions, thread }, { txid, tid }) => {
    if (tid !== thread || typeof txid !== "string") return;
    transactions.rejected(txid);
    return "transactions";
  },
};

const NONE: readonly Reorganisation[] = [];
/** A reorganisation is complete this long after its last change, because Core does not pause during it. */
const SETTLED_MS = 1000;
/** The same while the new branch is not longer. Its next block may be slow, or missing after `invalidateblock`. */
const SHORTER_MS = 5000;
const MAX_RECENT = 20;
const MAX_NODES = 16;
/** Open reorganisations, also of nodes that are forgotten. */
const MAX_OPEN = 16;
const MAX_REPLACED = 2000;

function waitFor(reorganisation: Reorganisation): number {
  return isLonger(reorganisation) ? SETTLED_MS : SHORTER_MS;
}

/** Whether the new branch has more blocks than it replaced. */
function isLonger({ tip, height, depth }: Reorganisation): boolean {
  return tip.height >= height + depth;
}
