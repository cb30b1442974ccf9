import type { RawEvent } from "../../event/event.ts";
import { eventJson } from "../../event/json.ts";
import { isInbound } from "../../event/message.ts";
import { fieldText } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";

/** Prints one line for each message. */
export class P2pTraffic implements LineTool {
  readonly #style: LineStyle;

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    const line = this.#style.json ? messageJson(event) : messageText(event, this.#style);
    return `${line}\n`;
  }
}

function messageJson(event: RawEvent): string {
  const { tracepoint, time, ...rest } = event;
  return eventJson({ tracepoint, time, direction: directionOf(event), ...rest } as RawEvent);
}

/** `12:53:01.703622  in   inv               37 B  peer 3      outbound-full-relay  203.0.113.210:8333` */
export function messageText(event: RawEvent, { paint }: LineStyle): string {
  const direction = isInbound(event) ? paint("ok", "in ") : paint("warning", "out");
  return [
    paint("faint", clockTime(event.time)),
    direction,
    paint("name", fieldText(event, "msg_type").padEnd(12)),
    `${fieldText(event, "size").padStart(7)}${paint("faint", " B")}`,
    `${paint("faint", "peer ")}${fieldText(event, "peer_id").padEnd(6)}`,
    fieldText(event, "connection_type").padEnd(19),
    fieldText(event, "address"),
  ].join("  ");
}

function directionOf(event: RawEvent): "inbound" | "outbound" {
  return isInbound(event) ? "inbound" : "outbound";
}
