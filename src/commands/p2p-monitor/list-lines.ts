import { cut, plain } from "../../text/screen/cells.ts";
import { ageText, bytesText, countText, rateText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import { type Column, type LastColumn, tableLines } from "../../text/screen/table.ts";
import type { Order } from "./order.ts";
import type { Peer } from "./peer.ts";

/** Peers as a table, as far as they have room. */
export interface PeerList {
  /** In their order. */
  readonly peers: readonly Peer[];
  readonly order: Order;
  readonly selected: Peer | null;
  /** Index of the first that is shown. */
  readonly top: number;
}

export function listLines({ peers, order, selected, top }: PeerList, area: Area): string[] {
  const { columns, rows, paint, now } = area;
  const lines = tableLines(columnsAt(now), ADDRESS, peers.slice(top, top + Math.max(0, rows - 1)), {
    columns,
    paint,
    sorted: order,
    isSelected: (peer) => peer === selected,
    look: (peer) => (peer.closed ? "faint" : peer.misbehaved > 0 ? "warning" : null),
  });
  if (peers.length === 0) lines.push(paint("faint", cut(NOBODY, columns)));
  return lines.slice(0, rows);
}

const NOBODY = "  nobody to show: a peer is seen with its next message";

const ADDRESS: LastColumn<Peer> = {
  title: "ADDRESS" satisfies Order,
  least: 18,
  text: (peer) => plain(peer.address),
};

function columnsAt(now: number): Column<Peer>[] {
  return [
    right("PEER", 6, 0, (peer) => String(peer.id)),
    left("TYPE", 10, 3, (peer) => typeText(peer.connectionType)),
    left("NET", 10, 7, (peer) => plain(peer.network)),
    right("AGE", 7, 4, (peer) => ageOf(peer, now)),
    right("IN MSGS", 7, 5, (peer) => countText(peer.inbound.messages)),
    right("IN BYTES", 8, 1, (peer) => bytesText(peer.inbound.bytes)),
    right("IN /s", 5, 8, (peer) => rateText(peer.inbound.messageRate(now, peer.since))),
    right("IN B/s", 7, 9, (peer) => bytesText(peer.inbound.byteRate(now, peer.since))),
    right("OUT MSGS", 8, 6, (peer) => countText(peer.outbound.messages)),
    right("OUT BYTES", 9, 2, (peer) => bytesText(peer.outbound.bytes)),
    right("OUT /s", 6, 10, (peer) => rateText(peer.outbound.messageRate(now, peer.since))),
    right("OUT B/s", 7, 11, (peer) => bytesText(peer.outbound.byteRate(now, peer.since))),
    left("LAST", 12, 4, lastText),
  ];
}

function right(title: Order, width: number, rank: number, text: (peer: Peer) => string) {
  return { title, width, align: "right", rank, text } as const;
}

function left(title: Order, width: number, rank: number, text: (peer: Peer) => string) {
  return { title, width, align: "left", rank, text } as const;
}

/** Shorter where everybody knows it shorter. */
function typeText(type: string): string {
  return SHORT.get(type) ?? plain(type);
}

/** A map: an object would know `toString`, too. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["outbound-full-relay", "full-relay"],
  ["block-relay-only", "block-only"],
  ["private-broadcast", "private"],
]);

/** With `>` where the connection is older than what was seen of it. */
export function ageOf(peer: Peer, now: number): string {
  const end = peer.closed?.time ?? now;
  return `${peer.isWhole ? "" : ">"}${ageText(end - peer.since)}`;
}

function lastText({ closed, lastType }: Peer): string {
  return closed ? closed.how : plain(lastType);
}
