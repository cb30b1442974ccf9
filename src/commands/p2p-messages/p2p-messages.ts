import type { RawEvent } from "../../event/event.ts";
import { numberIn } from "../../event/fields.ts";
import { eventJson } from "../../event/json.ts";
import { decoded, payloadOf } from "../../event/message.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { UNPRINTABLE } from "../../text/printable.ts";
import { messageText } from "../p2p-traffic/p2p-traffic.ts";

/** Prints one line for each message, with its payload of up to 4 MB as hex digits or decoded. */
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
    const missing = missingText(event);
    const flaw = missing === null ? "" : `  ${paint("warning", `incomplete: ${missing}`)}`;
    const payload = this.#isDecoded ? printableJson(decoded(event)) : hexOf(payloadOf(event));
    return `${messageText(event, this.#style)}${flaw}  ${payload}`.trimEnd();
  }

  /** Appends the payload as a string, because megabytes of hex digits need no escaping. */
  #json(event: RawEvent): string {
    const { payload: _, ...rest } = event;
    const payload = payloadOf(event);
    const captured = missingText(event) === null ? {} : { payload_size: payload.length };
    const head = eventJson({ ...rest, ...captured } as RawEvent).slice(0, -1);
    return this.#isDecoded
      ? `${head},"message":${JSON.stringify(decoded(event))}}`
      : `${head},"payload":"${hexOf(payload)}"}`;
  }
}

/** JSON with control characters escaped, so that terminals do not interpret them. The value is the same. */
function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** `only 80 of 1234 bytes`; null when the payload is complete. */
export function missingText(event: RawEvent): string | null {
  const size = numberIn(event, "size");
  const { length } = payloadOf(event);
  return length === size ? null : `only ${length} of ${size ?? "?"} bytes`;
}

function hexOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("hex");
}
