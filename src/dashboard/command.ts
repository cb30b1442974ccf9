import { Ajv } from "ajv";
import { SCALES } from "../model/history.ts";
import { SECTIONS } from "../model/sections.ts";
import { STATISTICS } from "./protocol/count.ts";
import type { ClientCommand } from "./protocol/messages.ts";
import { SPEEDS } from "./protocol/playback.ts";
import { fromWire } from "./protocol/wire.ts";

/** Maximum size of a browser's message in bytes: a query has at most 4096. */
export const MAX_MESSAGE = 16_384;

/** An object that needs the members of `properties`; the names in `optional` may be omitted. */
function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required };
}

function orNull(schema: object) {
  return { anyOf: [{ type: "null" }, schema] };
}

const TEXT = { type: "string" };
const TERM = { type: "string", maxLength: 300 };
const TERMS = { type: "array", maxItems: 8, items: TERM };
const CHOICE = {
  tracepoints: { type: "array", maxItems: 64, items: { type: "string", maxLength: 200 } },
  where: orNull(TEXT),
};
const PEER = {
  type: "integer",
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
};
const COMMANDS = {
  show: orNull(
    object({
      section: { enum: [...SECTIONS, null] },
      scale: { enum: Object.keys(SCALES) },
    }),
  ),
  tail: orNull(object({ ...CHOICE, peer: PEER }, ["peer"])),
  count: orNull(
    object({
      ...CHOICE,
      by: TERMS,
      ...Object.fromEntries(STATISTICS.map((statistic) => [statistic, TERMS])),
      histogram: orNull(TERM),
    }),
  ),
  play: object(
    {
      position: { type: "number" },
      speed: { enum: SPEEDS },
      is_playing: { type: "boolean" },
    },
    ["position", "speed", "is_playing"],
  ),
  switch: object({ tracepoint: TEXT, is_on: { type: "boolean" } }),
};

const isCommand = new Ajv().compile(object(COMMANDS, Object.keys(COMMANDS)));

/** Parses a browser's message; null when it is not a command. */
export function parseCommand(text: string): ClientCommand | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  return isCommand(json) ? (fromWire(json) as ClientCommand) : null;
}
