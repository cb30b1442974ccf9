import { BlockDraft } from "./block-draft.ts";

/** Peers can announce blocks that never come: what is not connected is forgotten when it is the oldest of many. */
const MAX_BLOCKS = 4096;
const MAX_MESSAGES = 50_000;

/** The blocks that one node has seen, by hash; of those that are complete only that they were seen. */
export class KnownBlocks {
  readonly #pid: number;
  /** Oldest first; null for a complete one. */
  readonly #drafts = new Map<string, BlockDraft | null>();
  /** Messages of the drafts, at most: those of complete blocks are counted until the next count. */
  #messages = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Undefined for a block that was not seen, null for one that is complete. */
  get(hash: string): BlockDraft | null | undefined {
    return this.#drafts.get(hash);
  }

  /** A block that begins to be seen. @param time of its first event, in ms since the epoch */
  add(hash: string, time: number): BlockDraft {
    const draft = new BlockDraft(hash, this.#pid, time);
    this.#drafts.set(hash, draft);
    const [oldest] = this.#drafts.keys();
    if (this.#drafts.size > MAX_BLOCKS) this.#drafts.delete(oldest!);
    return draft;
  }

  complete(hash: string): void {
    if (this.#drafts.has(hash)) this.#drafts.set(hash, null);
  }

  /** To be called for each message that was added to one of the blocks. */
  grow(): void {
    if (++this.#messages < MAX_MESSAGES) return;
    this.#messages = 0;
    for (const draft of this.#drafts.values()) this.#messages += draft?.size ?? 0;
    for (const [hash, draft] of this.#drafts) {
      if (this.#messages <= MAX_MESSAGES / 2) return;
      this.#messages -= draft?.size ?? 0;
      this.#drafts.delete(hash);
    }
  }
}
