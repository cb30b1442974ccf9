import type { FlowView } from "../../model/peers/flow.ts";
import type { HistoryEntry } from "../../model/peers/message-history.ts";
import type { TypeCount } from "../../model/peers/peer.ts";
import type { PeerRow } from "../../model/peers/peer-row.ts";
import { groupedText } from "../../text/format.ts";
import { cut, cutMiddle, left, plain, right } from "../../text/screen/cells.ts";
import { ageText, bytesText, countText, rateText, timeText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import { ageOf, CLOSED_TEXT } from "./list-lines.ts";
import { TYPES_WIDTH, typeLines } from "./type-lines.ts";

/** Lines above the messages. */
export const CONVERSATION_HEAD = 5;

/**
 * The messages between a peer and the node. Wide screens also show totals by type beside them:
 *
 *     peer 16  outbound-full-relay  onion  age >2h11m
 *     4faketorv2pbfu7x.onion:8333
 *     in   1589 messages, 1.20 MB; now 3.2/s, 1.1 kB/s
 *     out  1046 messages, 242 kB; now 1.1/s, 310 B/s
 *     TIME                AFTER  PEER  NODE  MESSAGE           BYTES
 *     12:30:01.123456              ────►     sendcmpct             9
 *     12:30:01.124012    0.6 ms    ◄────     inv                  37
 *
 * @param entries the visible entries
 * @param before time of the entry before the visible ones; null if there is none
 */
export function conversationLines(
  peer: PeerRow,
  counts: readonly Readonly<TypeCount>[],
  entries: readonly HistoryEntry[],
  before: number | null,
  area: Area,
): string[] {
  const { columns, now, paint, rows } = area;
  const { id, address, connectionType, network, closed, closedBy } = peer;
  const state =
    closed === null || closedBy === null
      ? `age ${ageOf(peer, now)}`
      : `${CLOSED_TEXT[closedBy]} ${ageText(now - closed)} ago`;
  const title = `peer ${id}  ${plain(connectionType || "?")}  ${plain(network ?? "?")}  ${state}`;
  const head = [
    paint(closed === null ? "name" : "warning", cut(title, columns)),
    cutMiddle(plain(address || "?"), columns),
    cut(`in   ${flowText(peer.in)}`, columns),
    cut(`out  ${flowText(peer.out)}`, columns),
  ];
  const below = { ...area, rows: Math.max(0, rows - head.length) };
  const types = columns < WIDE + TYPES_WIDTH ? [] : typeLines(counts, below);
  const beside = Math.min(WIDEST, columns - TYPES_WIDTH);
  const room = { ...below, columns: types.length > 0 ? beside : columns };
  const log = logLines(entries, before, room);
  const lines = Array.from({ length: Math.max(log.length, types.length) }, (_, row) => {
    const line = log[row] ?? " ".repeat(room.columns);
    return types[row] === undefined ? line : line + types[row];
  });
  return [...head, ...lines].slice(0, rows);
}

function logLines(entries: readonly HistoryEntry[], before: number | null, area: Area): string[] {
  const { columns, paint } = area;
  const lines = [paint("strong", left(columns < WIDE ? NARROW_HEAD : WIDE_HEAD, columns))];
  let last = before;
  for (const entry of entries) {
    lines.push(entryLine(entry, last, area));
    last = entry.time;
  }
  return lines;
}

function flowText({ messages, bytes, messageRate, byteRate }: FlowView): string {
  const count = `${countText(messages)} ${messages === 1 ? "message" : "messages"}`;
  return `${count}, ${bytesText(bytes)}; now ${rateText(messageRate)}/s, ${bytesText(byteRate)}/s`;
}

/** The minimum width of the long form of a line. */
const WIDE = 64;
/** The maximum width of a line with totals beside it. */
const WIDEST = 90;
const WIDE_HEAD = "TIME                AFTER  PEER  NODE  MESSAGE           BYTES";
const NARROW_HEAD = "TIME                    BYTES";
const ARROWS = { in: "────►", out: "◄────", change: "  ·  " } as const;
const NARROW_ARROWS = { in: "►", out: "◄", change: "·" } as const;

function entryLine(
  { time, direction, text, size }: HistoryEntry,
  before: number | null,
  { columns, paint }: Area,
): string {
  const isChange = direction === null;
  const bytes = isChange ? "" : groupedText(size);
  const style = isChange ? "warning" : direction === "in" ? "ok" : "name";
  if (columns < WIDE) {
    const head = `${timeText(time)} ${NARROW_ARROWS[direction ?? "change"]} `;
    const room = Math.max(0, columns - head.length);
    if (isChange) return paint(style, cut(`${head}${plain(text)}`, columns));
    const line = `${head}${left(plain(text), Math.min(12, room))}${right(bytes, 9)}`;
    return paint(style, cut(line, columns));
  }
  const after = before === null ? "" : distanceText(time - before);
  const head = `${timeText(time, 6)}  ${right(after, 8)}    `;
  const rest = isChange ? plain(text) : `${left(plain(text), 14)}${right(bytes, 9)}`;
  const message = `${ARROWS[direction ?? "change"]}     ${rest}`;
  return `${paint("faint", head)}${paint(style, left(message, columns - head.length))}`;
}

/** `85 us`, `0.6 ms`, `12 ms`, `3.4 s`, `2m04s` */
function distanceText(ms: number): string {
  if (ms < 0) return "";
  if (ms < 0.1) return `${Math.round(ms * 1000)} us`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : ageText(ms);
}
