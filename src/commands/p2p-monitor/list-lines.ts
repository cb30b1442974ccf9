import type { PeerRow } from "../../model/peers/peer-row.ts";
import { cut, plain } from "../../text/screen/cells.ts";
import { ageText, bytesText, countText, rateText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import { type Column, type LastColumn, tableLines } from "../../text/screen/table.ts";
import type { Order } from "./order.ts";

/** The list of peers and its visible part. */
export interface PeerList {
  /** Sorted by `order`. */
  readonly peers: readonly PeerRow[];
  readonly order: Order;
  readonly selected: PeerRow | null;
  /** Index of the first visible peer. */
  readonly top: number;
}

export function listLines({ peers, order, selected, top }: PeerList, area: Area): string[] {
  const { columns, rows, paint, now } = area;
  const lines = tableLines(columnsAt(now), ADDRESS, peers.slice(top, top + Math.max(0, rows - 1)), {
    columns,
    paint,
    sorted: order,
    isSelected: (peer) => peer === selected,
    look: ({ closed, misbehaved }) =>
      closed !== null ? "faint" : misbehaved > 0 ? "warning" : null,
  });
  if (peers.length === 0) lines.push(paint("faint", cut(NO_PEERS, columns)));
  return lines.slice(0, rows);
}

const NO_PEERS = "  no peers yet: each peer appears with its next message";

const ADDRESS: LastColumn<PeerRow> = {
  title: "ADDRESS" satisfies Order,
  least: 18,
  text: ({ address }) => plain(address || "?"),
};

function columnsAt(now: number): Column<PeerRow>[] {
  return [
    right("PEER", 6, 0, (peer) => String(peer.id)),
    left("TYPE", 10, 3, (peer) => typeText(peer.connectionType)),
    left("NET", 10, 7, (peer) => plain(peer.network ?? "?")),
    right("AGE", 7, 4, (peer) => ageOf(peer, now)),
    right("PING", 6, 12, ({ ping }) => pingText(ping)),
    right("IN MSGS", 7, 5, (peer) => countText(peer.in.messages)),
    right("IN BYTES", 8, 1, (peer) => bytesText(peer.in.bytes)),
    right("IN /s", 5, 8, (peer) => rateText(peer.in.messageRate)),
    right("IN B/s", 7, 9, (peer) => bytesText(peer.in.byteRate)),
    right("OUT MSGS", 8, 6, (peer) => countText(peer.out.messages)),
    right("OUT BYTES", 9, 2, (peer) => bytesText(peer.out.bytes)),
    right("OUT /s", 6, 10, (peer) => rateText(peer.out.messageRate)),
    right("OUT B/s", 7, 11, (peer) => bytesText(peer.out.byteRate)),
    left("LAST", 12, 4, lastText),
  ];
}

function right(title: Order, width: number, rank: number, text: (peer: PeerRow) => string) {
  return { title, width, align: "right", rank, text } as const;
}

function left(title: Order, width: number, rank: number, text: (peer: PeerRow) => string) {
  return { title, width, align: "left", rank, text } as const;
}

function typeText(type: string): string {
  return SHORT.get(type) ?? plain(type || "?");
}

/** A map, because an object inherits names such as `toString`. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["outbound-full-relay", "full-relay"],
  ["block-relay-only", "block-only"],
  ["private-broadcast", "private"],
]);

/** The peer's age, with `>` if it connected before tracing began. */
export function ageOf({ closed, since, firstSeen }: PeerRow, now: number): string {
  return `${since === null ? ">" : ""}${ageText((closed ?? now) - (since ?? firstSeen))}`;
}

function pingText(ping: number | null): string {
  if (ping === null) return "";
  return ping < 9999.5 ? `${Math.round(ping)}ms` : ageText(ping);
}

function lastText({ closedBy, lastType }: PeerRow): string {
  return closedBy === null ? plain(lastType ?? "") : CLOSED_TEXT[closedBy];
}

export const CLOSED_TEXT = { event: "closed", silence: "silent" } as const;
