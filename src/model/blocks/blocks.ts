import { isNotice, type StreamEvent } from "../../event/notice.ts";
import { median } from "../../util/statistics.ts";
import type { Causes } from "../causes/causes.ts";
import type { ChainWatch } from "../chain/chain-watch.ts";
import type { Reorganisation } from "../chain/reorganisation.ts";
import type { Fold } from "../fold.ts";
import type { Column, History } from "../history.ts";
import { type BlockDocument, blockDocument } from "./block-document.ts";
import { type BlockLife, seenToConnected } from "./block-life.ts";
import { BlockLives } from "./block-lives.ts";
import { type Announcer, BlockSummary } from "./block-summary.ts";
import { connectedBlock } from "./connected-block.ts";
import { DURATIONS_MS, durationClass } from "./durations.ts";
import { MAX_CONNECTED } from "./node-blocks.ts";

/** What the dashboard shows of blocks. */
export interface BlocksView {
  /** Since tracing began. */
  readonly connected: number;
  /** Connected last first. */
  readonly blocks: readonly BlockDocument[];
  /** Above these times a block is slow; null while there are too few blocks to compare with. */
  readonly slow: {
    readonly connecting_ns: number | null;
    readonly seen_to_connected_ns: number | null;
  };
  /** Blocks since tracing began by how long connecting took, class by class as `DURATIONS_MS`. */
  readonly durations: readonly number[];
  /** The last ones since tracing began, newest first. */
  readonly reorganisations: readonly Reorganisation[];
  /** Peers that announced a block first, most blocks first. */
  readonly announcers: readonly Announcer[];
}

/** Messages of a block that are listed. */
const MAX_MESSAGES = 120;
/** A slow block takes this many times the median, */
const SLOW_TIMES = 3;
/** and at least this long: the times of small blocks differ by more than that factor. */
const SLOW_CONNECTING_NS = 50e6;
const SLOW_ARRIVING_NS = 500e6;
/** The median of fewer blocks means nothing. */
const MIN_COMPARED = 5;

/** The last blocks of a node, and what all of them amount to. */
export class Blocks implements Fold {
  readonly #lives: BlockLives;
  #connected = 0;
  /** Blocks that an earlier process saw, connected last first. */
  #former: readonly BlockDocument[] = [];
  readonly #history: History;
  readonly #chain: ChainWatch;
  readonly #columns: Record<"connected" | "transactions" | "busy", Column>;
  readonly #durations = new Array<number>(DURATIONS_MS.length).fill(0);

  /**
   * @param chain that sees the same events
   * @param causes that see the same events before
   */
  constructor(history: History, chain: ChainWatch, causes: Causes | null = null) {
    this.#history = history;
    this.#chain = chain;
    this.#lives = new BlockLives(chain, causes);
    this.#columns = {
      connected: history.column("blocks.connected"),
      transactions: history.column("blocks.transactions"),
      busy: history.column("blocks.busy"),
    };
  }

  see(event: StreamEvent): void {
    if (isNotice(event)) return;
    this.#lives.see(event);
    if (event.tracepoint !== "validation:block_connected") return;
    const { transactions, duration_ns } = connectedBlock(event);
    this.#connected++;
    this.#columns.connected.add(1);
    this.#columns.transactions.add(transactions ?? 0);
    if (duration_ns === null) return;
    const ms = duration_ns / 1e6;
    this.#columns.busy.add(ms);
    this.#durations[durationClass(ms)]!++;
  }

  view(): BlocksView {
    const lives = this.#lives.recent();
    const summary = new BlockSummary();
    for (const life of lives) summary.add(life);
    const connecting = lives.map(({ connection }) => connection?.duration_ns ?? null);
    return {
      connected: this.#connected,
      blocks: this.#withFormer(
        lives.map((life) => blockDocument(life, MAX_MESSAGES)),
        MAX_CONNECTED,
      ),
      slow: {
        connecting_ns: slowAbove(connecting, SLOW_CONNECTING_NS),
        seen_to_connected_ns: slowAbove(lives.map(seenToConnected), SLOW_ARRIVING_NS),
      },
      durations: this.#durations,
      reorganisations: this.#chain.recent,
      announcers: summary.announcers,
    };
  }

  /** The block that was connected last; null before the first. */
  get newest(): BlockLife | null {
    return this.#lives.recent(1)[0] ?? null;
  }

  /** Connected last first, without their messages. */
  latest(most: number): BlockDocument[] {
    const documents = this.#lives.recent(most).map((life) => blockDocument(life, 0));
    return this.#withFormer(documents, most);
  }

  /** Lists blocks that an earlier process saw after those of this one. @param blocks connected last first */
  restore(blocks: readonly BlockDocument[]): void {
    this.#former = blocks;
  }

  #withFormer(documents: readonly BlockDocument[], most: number): BlockDocument[] {
    const hashes = new Set(documents.map(({ hash }) => hash));
    return [...documents, ...this.#former.filter(({ hash }) => !hashes.has(hash))].slice(0, most);
  }

  /** Blocks and their transactions per second, over the last minute: high while the node catches up. */
  get rates(): { readonly blocks: number; readonly transactions: number } {
    const { connected, transactions } = this.#columns;
    return {
      blocks: this.#history.rate(connected, 60),
      transactions: this.#history.rate(transactions, 60),
    };
  }
}

function slowAbove(durations: readonly (number | null)[], min: number): number | null {
  const known = durations.filter((duration) => duration !== null);
  if (known.length < MIN_COMPARED) return null;
  return Math.max(SLOW_TIMES * Math.round(median(known)), min);
}
