import type { RawEvent } from "../../event/event.ts";
import { eventJson } from "../../event/json.ts";
import { decoded, payloadOf } from "../../event/message.ts";
import { fieldNumber } from "../../text/event-fields.ts";
import { UNPRINTABLE } from "../../text/event-text.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { messageText } from "../p2p-traffic/p2p-traffic.ts";

/** A line for each message with its payload, up to 4 MB, as hex digits or decoded. */
export class P2pMessages implements LineTool {
  readonly #style: LineStyle;
  readonly #isDecoded: boolean;

  /** @param isDecoded whether to decode payloads (docs/p2p-messages.md) */
  constructor(style: LineStyle, isDecoded = false) {
    this.#style = style;
    this.#isDecoded = isDecoded;
  }

  print(event: RawEvent): string {
    return `${this.#style.json ? this.#json(event) : this.#text(event)}\n`;
  }

  #text(event: RawEvent): string {
    const { paint } = this.#style;
    const lack = lackText(event);
    const flaw = lack === null ? "" : `  ${paint("warning", `incomplete: ${lack}`)}`;
    const payload = this.#isDecoded ? printableJson(decoded(event)) : hexOf(payloadOf(event));
    return `${messageText(event, this.#style)}${flaw}  ${payload}`.trimEnd();
  }

  /** Put together by hand: of megabytes of hex digits it is known that nothing in them has to be escaped. */
  #json(event: RawEvent): string {
    const { payload: _, ...rest } = event;
    const payload = payloadOf(event);
    const lack = lackText(event) === null ? {} : { payload_size: payload.length };
    const head = eventJson({ ...rest, ...lack } as RawEvent).slice(0, -1);
    return this.#isDecoded
      ? `${head},"message":${JSON.stringify(decoded(event))}}`
      : `${head},"payload":"${hexOf(payload)}"}`;
  }
}

/** JSON without anything that a terminal would act upon; it says the same. */
function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** `only 80 of 1234 bytes`; null when the payload is complete. */
export function lackText(event: RawEvent): string | null {
  const size = fieldNumber(event, "size");
  const { length } = payloadOf(event);
  return length === size ? null : `only ${length} of ${size ?? "?"} bytes`;
}

function hexOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("hex");
}
