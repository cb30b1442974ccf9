import type { RawEvent } from "../../event/event.ts";
import { type Causes, causeDocument } from "../causes/causes.ts";
import type { ChainWatch } from "../chain/chain-watch.ts";
import type { BlockDraft } from "./block-draft.ts";
import type { BlockLife } from "./block-life.ts";
import { type Connected, isOpen, MAX_CONNECTED, NodeBlocks } from "./node-blocks.ts";

/**
 * Follows blocks through the events of nodes, from the first announcement to the last transaction that leaves the
 * mempool:
 *
 *     net:inbound_message     headers, inv, cmpctblock ──► announced      by the hash in the payload;
 *                             cmpctblock, block, blocktxn ► received      without payloads by type and time
 *     net:outbound_message    getdata, getblocktxn ───────► requested     (`GuessedMessages`)
 *                             headers, inv, cmpctblock ──► relayed
 *     validation:block_connected ─────────────────────────► connected     by its hash; what follows, by its thread:
 *     utxocache:add, spent ──► coins     utxocache:flush ──► flushed     mempool:removed ──► mempool
 *     ChainWatch ─────────────────────────────────────────► replaced
 *
 * A block is complete some time after it was connected, when the slower peers have announced it too. What comes later
 * is not part of its life. A block that connects once more, after a reorganisation was undone, keeps its life.
 */
export class BlockLives {
  readonly #chain: ChainWatch;
  readonly #causes: Causes | null;
  readonly #nodes = new Map<number, NodeBlocks>();
  /** Connected and not complete, in order of their connection. */
  readonly #open: BlockDraft[] = [];
  /** Connected last first. */
  readonly #recent: BlockDraft[] = [];
  /** The last event's time, in ns since boot and in ms since the epoch. */
  #last = { at: 0, time: 0 };

  /**
   * @param chain that sees the same events
   * @param causes that see the same events before; null where no cause is shown
   */
  constructor(chain: ChainWatch, causes: Causes | null = null) {
    this.#chain = chain;
    this.#causes = causes;
  }

  /** @returns the blocks that are complete now */
  see(event: RawEvent): BlockLife[] {
    const at = Number(event.ktime);
    this.#last = { at, time: event.time };
    switch (event.tracepoint) {
      case "net:inbound_message":
      case "net:outbound_message":
        this.#nodeOf(event.pid).message(event, at);
        break;
      case "validation:block_connected":
        this.#connected(
          this.#nodeOf(event.pid).connect(
            event,
            at,
            causeDocument(this.#causes?.of(event) ?? null),
          ),
        );
        break;
      case "utxocache:add":
        this.#nodeOf(event.pid).coins.add(event);
        break;
      case "utxocache:spent":
        this.#nodeOf(event.pid).coins.spend(event);
        break;
      case "utxocache:flush":
        this.#nodeOf(event.pid).flush(event, at);
        break;
      case "mempool:removed":
        this.#nodeOf(event.pid).remove(event, at);
        break;
    }
    return this.#complete(at);
  }

  /** The same when time passes and nothing happens. @param now ms since the epoch */
  advance(now: number): BlockLife[] {
    return this.#complete(this.#last.at + (now - this.#last.time) * 1e6);
  }

  /** The blocks that are not complete at the end of the stream. */
  rest(): BlockLife[] {
    return this.#complete(Number.POSITIVE_INFINITY);
  }

  /** The blocks that were connected last, newest first; at most `MAX_CONNECTED`. */
  recent(most: number = MAX_CONNECTED): BlockLife[] {
    return this.#recent.slice(0, most).map((draft) => this.#life(draft));
  }

  /** What was seen of a block that is not connected: a life for each node that has seen it. */
  unconnected(hash: string): BlockLife[] {
    return [...this.#nodes.values()].flatMap(({ known }) => {
      const draft = known.get(hash);
      return draft && draft.connected === null ? [this.#life(draft)] : [];
    });
  }

  #nodeOf(pid: number): NodeBlocks {
    let node = this.#nodes.get(pid);
    if (node === undefined) {
      const [oldest] = this.#nodes.keys();
      if (this.#nodes.size >= MAX_NODES) this.#nodes.delete(oldest!);
      node = new NodeBlocks(pid);
      this.#nodes.set(pid, node);
    }
    return node;
  }

  #connected({ draft, isNew }: Connected): void {
    if (isNew) this.#open.push(draft);
    const before = this.#recent.indexOf(draft);
    if (before >= 0) this.#recent.splice(before, 1);
    this.#recent.unshift(draft);
    if (this.#recent.length > MAX_CONNECTED) this.#recent.pop();
  }

  /** @param now ns since boot */
  #complete(now: number): BlockLife[] {
    const complete: BlockLife[] = [];
    for (;;) {
      const [draft] = this.#open;
      if (draft === undefined) return complete;
      if (isOpen(draft, now) && this.#open.length <= MAX_OPEN) return complete;
      this.#open.shift();
      draft.isComplete = true;
      this.#nodes.get(draft.pid)?.complete(draft);
      complete.push(this.#life(draft));
    }
  }

  #life(draft: BlockDraft): BlockLife {
    return draft.life(draft.hash !== null && this.#chain.isStale(draft.hash));
  }
}

const MAX_OPEN = 256;
const MAX_NODES = 16;
