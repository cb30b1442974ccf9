import type { CauseDocument } from "../causes/causes.ts";
import type { BlockLife } from "./block-life.ts";
import { type BlockMessage, isAnnouncement } from "./block-message.ts";
import type { ConnectedBlock } from "./connected-block.ts";

/** A peer at 125 connections sends and gets a handful; what hostile peers repeat is not kept. */
const MAX_MESSAGES = 1024;
const MAX_MESSAGES_OF_PEER = 8;

interface Connected extends ConnectedBlock {
  readonly cause: CauseDocument | null;
  /** When it was connected, in ns since boot and in ms since the epoch. */
  readonly at: number;
  readonly time: number;
}

/** A block's life as far as it has been seen. Moments are in ns since boot. */
export class BlockDraft {
  readonly hash: string | null;
  /** The node's process. */
  readonly pid: number;
  /** Of its first event, in ms since the epoch. */
  readonly #time: number;
  readonly #messages: BlockMessage[] = [];
  /** Messages of each peer. */
  readonly #counts = new Map<number, number>();
  readonly #announcers = new Set<number>();
  connected: Connected | null = null;
  /** Whether nothing is added to it any more. */
  isComplete = false;
  /** Coins that were added and spent while it was connected. */
  coins: BlockLife["coins"] = null;
  #flush: BlockLife["flush"] = null;
  #removed: BlockLife["removed"] = null;

  constructor(hash: string | null, pid: number, time: number) {
    this.hash = hash;
    this.pid = pid;
    this.#time = time;
  }

  /** How many messages it has. */
  get size(): number {
    return this.#messages.length;
  }

  add(message: BlockMessage): void {
    const { id } = message.peer;
    const count = this.#counts.get(id) ?? 0;
    if (this.#messages.length >= MAX_MESSAGES || count >= MAX_MESSAGES_OF_PEER) return;
    this.#counts.set(id, count + 1);
    this.#messages.push(message);
    if (isAnnouncement(message)) this.#announcers.add(id);
  }

  hasAnnounced(peer: number): boolean {
    return this.#announcers.has(peer);
  }

  /** Whether the node requested transactions from the peer that have not come. */
  awaits(peer: number): boolean {
    const last = this.#messages.findLast(
      ({ peer: { id }, msg_type, direction }) =>
        id === peer && msg_type === (direction === "out" ? "getblocktxn" : "blocktxn"),
    );
    return last?.direction === "out";
  }

  flushed(
    flush: { duration_ns: number | null; mode: string | null; coins: number | null },
    at: number,
  ): void {
    this.#flush = { at_ns: this.#afterwards(at), ...flush };
  }

  /** A transaction left the mempool because of it. */
  removed(reason: "block" | "conflict", at: number): void {
    const { block, conflict } = this.#removed ?? { block: 0, conflict: 0 };
    this.#removed = {
      at_ns: this.#afterwards(at),
      block: block + (reason === "block" ? 1 : 0),
      conflict: conflict + (reason === "conflict" ? 1 : 0),
    };
  }

  /** Events of different CPUs can arrive in another order: what follows from the connection is not before it. */
  #afterwards(at: number): number {
    return Math.max(at, this.connected?.at ?? at);
  }

  /** @param stale whether a reorganisation replaced it */
  life(stale: boolean): BlockLife {
    const { connected } = this;
    const messages = this.#messages.toSorted((a, b) => a.at_ns - b.at_ns);
    const begin = connected && connected.at - Math.max(0, connected.duration_ns ?? 0);
    const first = messages[0]?.at_ns;
    const origin = Math.min(first ?? Number.POSITIVE_INFINITY, begin ?? Number.POSITIVE_INFINITY);
    const since = <Part extends { readonly at_ns: number }>(part: Part): Part => ({
      ...part,
      at_ns: part.at_ns - origin,
    });
    const { hash, pid, coins } = this;
    return {
      hash,
      height: connected?.height ?? null,
      pid,
      time: connected ? connected.time - (connected.at - origin) / 1e6 : this.#time,
      stale,
      messages: messages.map(since),
      connection: connected && {
        at_ns: connected.at - origin,
        time: connected.time,
        transactions: connected.transactions,
        inputs: connected.inputs,
        sigops_cost: connected.sigops_cost,
        duration_ns: connected.duration_ns,
        cause: connected.cause,
      },
      coins,
      flush: this.#flush && since(this.#flush),
      removed: this.#removed && since(this.#removed),
    };
  }
}
