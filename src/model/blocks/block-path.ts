import type { Direction } from "../traffic.ts";

/** What can be told of a block's way through the node from its steps. */

export interface BlockStep {
  /** In ms since the block's first step. */
  readonly at: number;
  readonly direction: Direction;
  readonly peer: number | null;
  readonly type: string;
  readonly size: number;
}

/** What the time from the first announcement to the end of connecting was spent on, in ms. */
export interface BlockParts {
  /** On its way to the node, or waiting its turn in it. */
  readonly waiting: number;
  /** From asking a peer for transactions that the mempool lacked to that peer's answer. */
  readonly asking: number;
  /** Checking it and updating the UTXO set. */
  readonly connecting: number;
}

/**
 * @param connected when it was connected, in ms since the first step
 * @param duration how long connecting it took
 */
export function partsOf(
  steps: readonly BlockStep[],
  connected: number,
  duration: number | null,
): BlockParts {
  const connecting = Math.min(Math.max(0, duration ?? 0), connected);
  const asking = Math.min(askedFor(steps, connected), connected - connecting);
  return { waiting: connected - connecting - asking, asking, connecting };
}

/** The longest that a peer was waited for which answered; peers are asked at the same time. */
function askedFor(steps: readonly BlockStep[], connected: number): number {
  const asked = new Map<number | null, number>();
  let longest = 0;
  for (const { type, direction, peer, at } of steps) {
    if (at > connected) break;
    if (type === "getblocktxn" && direction === "out") asked.set(peer, at);
    const since = asked.get(peer);
    if (type !== "blocktxn" || direction !== "in" || since === undefined) continue;
    longest = Math.max(longest, at - since);
  }
  return longest;
}

/** Who told the node of a block first. */
export interface FirstPeer {
  readonly peer: number | null;
  readonly address: string | null;
  readonly type: string;
  /** How long before anybody else, in ms; null when nobody else did before it was connected. */
  readonly lead: number | null;
}

/** How long before the second peer the first told of a block. */
export function leadOf(steps: readonly BlockStep[], connected: number): number | null {
  const [first] = steps;
  if (!first) return null;
  const second = steps.find(
    ({ direction, type, peer, at }) =>
      direction === "in" && type !== "getblocktxn" && peer !== first.peer && at <= connected,
  );
  return second ? second.at - first.at : null;
}
