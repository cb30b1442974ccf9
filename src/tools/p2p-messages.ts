import type { RawEvent } from "../tracer/decoder.ts";
import { fieldNumber } from "./event-fields.ts";
import { eventJson } from "./event-json.ts";
import type { LineStyle, LineTool } from "./line-tool.ts";
import { messageText } from "./p2p-traffic.ts";

/** A line for each message with its payload as hex digits, up to 4 MB. */
export class P2pMessages implements LineTool {
  readonly #style: LineStyle;

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    return this.#style.json ? messageJson(event) : this.#text(event);
  }

  #text(event: RawEvent): string {
    const { paint } = this.#style;
    const lack = lackText(event);
    const flaw = lack === null ? "" : `  ${paint("warning", `incomplete: ${lack}`)}`;
    const hex = hexOf(payloadOf(event));
    return `${messageText(event, this.#style)}${flaw}${hex === "" ? "" : `  ${hex}`}\n`;
  }
}

/** What was read of the message; none when it could not be read, or was not recorded. */
export function payloadOf({ payload }: RawEvent): Uint8Array {
  return payload instanceof Uint8Array ? payload : NOTHING;
}

const NOTHING = new Uint8Array(0);

/** `only 80 of 1234 bytes`; null when the payload is there as a whole. */
export function lackText(event: RawEvent): string | null {
  const size = fieldNumber(event, "size");
  const { length } = payloadOf(event);
  return length === size ? null : `only ${length} of ${size ?? "?"} bytes`;
}

/** Put together by hand: of megabytes of hex digits it is known that nothing in them has to be escaped. */
function messageJson(event: RawEvent): string {
  const { payload: _, ...rest } = event;
  const payload = payloadOf(event);
  const lack = lackText(event) === null ? {} : { payload_size: payload.length };
  const head = eventJson({ ...rest, ...lack } as RawEvent);
  return `${head.slice(0, -1)},"payload":"${hexOf(payload)}"}\n`;
}

function hexOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("hex");
}
