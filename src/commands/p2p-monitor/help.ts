import type { Help } from "../../text/screen/screen-tool.ts";
import { PROPERTY_NAMES } from "./filter.ts";

export const HELP: Help = {
  keys: [
    ["Up, Down, j, k, PageUp, PageDown, g, G", "select a peer"],
    ["Enter", "follow its conversation; Up and PageUp stop, End goes on; Esc goes back"],
    ["s, Right; S, Left", "sort by the next column; by the one before"],
    ["r", "reverse"],
    ["/", "filter: text, or a query; Esc shows all again"],
  ],
  notes: [
    "A peer is listed from its first message or connection on that is traced: who is quiet is not seen yet.",
    `A query has the form of --where and asks of ${PROPERTY_NAMES.join(", ")}: network == "onion" && in_bytes > 1MB.`,
    "IN is what peers sent, OUT what the node sent; bytes are those of payloads. Rates are of the last 10 s.",
    "An AGE with > is of a peer who was connected already when tracing began: its figures are not whole.",
    "NET is told when a connection begins (v29 and later), else read off the address, which does not tell who came through the node's onion service.",
  ],
};
