import type { Peer } from "./peer.ts";

/** What peers can be sorted by; the title of the column that shows it. */
export const ORDERS = {
  PEER: (peer) => peer.id,
  TYPE: (peer) => peer.connectionType,
  NET: (peer) => peer.network,
  AGE: (peer) => peer.since,
  "IN MSGS": (peer) => -peer.inbound.messages,
  "IN BYTES": (peer) => -peer.inbound.bytes,
  "IN /s": (peer, now) => -peer.inbound.messageRate(now, peer.since),
  "IN B/s": (peer, now) => -peer.inbound.byteRate(now, peer.since),
  "OUT MSGS": (peer) => -peer.outbound.messages,
  "OUT BYTES": (peer) => -peer.outbound.bytes,
  "OUT /s": (peer, now) => -peer.outbound.messageRate(now, peer.since),
  "OUT B/s": (peer, now) => -peer.outbound.byteRate(now, peer.since),
  LAST: (peer) => -peer.lastTime,
  ADDRESS: (peer) => peer.address,
} as const satisfies Record<string, (peer: Peer, now: number) => number | bigint | string>;

export type Order = keyof typeof ORDERS;

export const ORDER_NAMES = Object.keys(ORDERS) as readonly Order[];

/** Figures from the largest on, the rest from the smallest; ties by id. */
export function sorted(
  peers: readonly Peer[],
  order: Order,
  isReversed: boolean,
  now: number,
): Peer[] {
  const value: (peer: Peer, now: number) => number | bigint | string = ORDERS[order];
  const sign = isReversed ? -1 : 1;
  return peers
    .map((peer) => ({ peer, value: value(peer, now) }))
    .sort((a, b) => sign * compare(a.value, b.value) || compare(a.peer.id, b.peer.id))
    .map(({ peer }) => peer);
}

function compare<Value extends number | bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
