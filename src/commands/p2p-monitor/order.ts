import type { PeerRow } from "../../model/peers/peer-row.ts";

/** Sort keys by column title. Figures are negated, so that the largest comes first. */
const ORDERS = {
  PEER: ({ id }) => id,
  TYPE: ({ connectionType }) => connectionType,
  NET: ({ network }) => network ?? "",
  AGE: ({ since, firstSeen }) => since ?? firstSeen,
  PING: ({ ping }) => -(ping ?? -1),
  "IN MSGS": (peer) => -peer.in.messages,
  "IN BYTES": (peer) => -peer.in.bytes,
  "IN /s": (peer) => -peer.in.messageRate,
  "IN B/s": (peer) => -peer.in.byteRate,
  "OUT MSGS": (peer) => -peer.out.messages,
  "OUT BYTES": (peer) => -peer.out.bytes,
  "OUT /s": (peer) => -peer.out.messageRate,
  "OUT B/s": (peer) => -peer.out.byteRate,
  LAST: ({ lastSeen }) => -lastSeen,
  ADDRESS: ({ address }) => address,
} as const satisfies Record<string, (peer: PeerRow) => number | string>;

export type Order = keyof typeof ORDERS;

export const ORDER_NAMES = Object.keys(ORDERS) as readonly Order[];

/** Sorts peers by an order, then by id. */
export function sorted(peers: readonly PeerRow[], order: Order, isReversed: boolean): PeerRow[] {
  const value: (peer: PeerRow) => number | string = ORDERS[order];
  const sign = isReversed ? -1 : 1;
  return peers.toSorted((a, b) => sign * compare(value(a), value(b)) || compare(a.id, b.id));
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
