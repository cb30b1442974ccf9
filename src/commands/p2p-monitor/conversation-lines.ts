import { groupedText } from "../../text/format.ts";
import { cut, cutMiddle, left, plain, right } from "../../text/screen/cells.ts";
import { ageText, bytesText, countText, rateText, timeText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import type { MessageEntry } from "./conversation.ts";
import { ageOf } from "./list-lines.ts";
import type { Peer } from "./peer.ts";
import type { Traffic } from "./traffic.ts";
import { TYPES_WIDTH, typeLines } from "./type-lines.ts";

/** Lines above the messages. */
export const CONVERSATION_HEAD = 5;

/**
 * What a peer and the node say to each other; where there is room, with sums by the messages' types beside it:
 *
 *     peer 16  outbound-full-relay  onion  age >2h11m
 *     4faketorv2pbfu7x.onion:8333
 *     in   1589 messages, 1.20 MB; now 3.2/s, 1.1 kB/s
 *     out  1046 messages, 242 kB; now 1.1/s, 310 B/s
 *     TIME                AFTER  PEER  NODE  MESSAGE           BYTES
 *     12:30:01.123456              ────►     sendcmpct             9
 *     12:30:01.124012    0.6 ms    ◄────     inv                  37
 *
 * @param utterances those that are shown
 * @param before when the one before them was said; null when it is not known
 */
export function conversationLines(
  peer: Peer,
  utterances: readonly MessageEntry[],
  before: number | null,
  area: Area,
): string[] {
  const { columns, now, paint, rows } = area;
  const { id, address, connectionType, network } = peer;
  const state = peer.closed
    ? `${peer.closed.how} ${ageText(now - peer.closed.time)} ago`
    : `age ${ageOf(peer, now)}`;
  const title = `peer ${id}  ${plain(connectionType)}  ${plain(network)}  ${state}`;
  const head = [
    paint(peer.closed ? "warning" : "name", cut(title, columns)),
    cutMiddle(plain(address), columns),
    cut(`in   ${trafficText(peer.inbound, peer, now)}`, columns),
    cut(`out  ${trafficText(peer.outbound, peer, now)}`, columns),
  ];
  const below = { ...area, rows: Math.max(0, rows - head.length) };
  const types = columns < WIDE + TYPES_WIDTH ? [] : typeLines(peer.types, below);
  const beside = Math.min(WIDEST, columns - TYPES_WIDTH);
  const room = { ...below, columns: types.length > 0 ? beside : columns };
  const log = logLines(utterances, before, room);
  const lines = Array.from({ length: Math.max(log.length, types.length) }, (_, row) => {
    const line = log[row] ?? " ".repeat(room.columns);
    return types[row] === undefined ? line : line + types[row];
  });
  return [...head, ...lines].slice(0, rows);
}

function logLines(
  utterances: readonly MessageEntry[],
  before: number | null,
  area: Area,
): string[] {
  const { columns, paint } = area;
  const lines = [paint("strong", left(columns < WIDE ? NARROW_HEAD : WIDE_HEAD, columns))];
  let last = before;
  for (const utterance of utterances) {
    lines.push(utteranceLine(utterance, last, area));
    last = utterance.time;
  }
  return lines;
}

function trafficText(traffic: Traffic, peer: Peer, now: number): string {
  const { messages, bytes } = traffic;
  const rate = rateText(traffic.messageRate(now, peer.since));
  const byteRate = bytesText(traffic.byteRate(now, peer.since));
  return `${countText(messages)} ${messages === 1 ? "message" : "messages"}, ${bytesText(bytes)}; now ${rate}/s, ${byteRate}/s`;
}

/** Columns that the long form of a line needs. */
const WIDE = 64;
/** Columns of a line that has the sums beside it. */
const WIDEST = 90;
const WIDE_HEAD = "TIME                AFTER  PEER  NODE  MESSAGE           BYTES";
const NARROW_HEAD = "TIME                    BYTES";
const ARROWS = { in: "────►", out: "◄────", none: "  ·  " } as const;
const NARROW_ARROWS = { in: "►", out: "◄", none: "·" } as const;

function utteranceLine(
  { time, direction, text, size }: MessageEntry,
  before: number | null,
  { columns, paint }: Area,
): string {
  const isHappening = Number.isNaN(size);
  const bytes = isHappening ? "" : groupedText(size);
  const style = direction === "none" ? "warning" : direction === "in" ? "ok" : "name";
  if (columns < WIDE) {
    const head = `${timeText(time)} ${NARROW_ARROWS[direction]} `;
    const room = Math.max(0, columns - head.length);
    if (isHappening) return paint(style, cut(`${head}${plain(text)}`, columns));
    const line = `${head}${left(plain(text), Math.min(12, room))}${right(bytes, 9)}`;
    return paint(style, cut(line, columns));
  }
  const after = before === null ? "" : distanceText(time - before);
  const head = `${timeText(time, 6)}  ${right(after, 8)}    `;
  const rest = isHappening ? plain(text) : `${left(plain(text), 14)}${right(bytes, 9)}`;
  const said = `${ARROWS[direction]}     ${rest}`;
  return `${paint("faint", head)}${paint(style, left(said, columns - head.length))}`;
}

/** `85 us`, `0.6 ms`, `12 ms`, `3.4 s`, `2m04s` */
function distanceText(ms: number): string {
  if (ms < 0) return "";
  if (ms < 0.1) return `${Math.round(ms * 1000)} us`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : ageText(ms);
}
