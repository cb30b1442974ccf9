import { PEER_NAMES } from "../../model/peers/peer-filter.ts";
import type { Help } from "../../text/screen/screen-tool.ts";

export const HELP: Help = {
  keys: [
    ["Up, Down, j, k, PageUp, PageDown, g, G", "select a peer"],
    ["Enter", "show its messages; Up and PageUp scroll back, End goes on; Esc returns"],
    ["s, Right; S, Left", "sort by the next column; by the one before"],
    ["r", "reverse"],
    ["/", "filter by a text or a query; Esc shows all again"],
  ],
  notes: [
    "A peer appears with its first message or connection event: a silent peer is not listed.",
    'A query has the form of --where, such as network == "onion" && in_bytes > 1MB. Its names:',
    `${PEER_NAMES.map(({ name }) => name).join(", ")}.`,
    "A peer whose value is unknown does not pass. What only RPC or IPC reports is unknown here.",
    "IN is what peers sent, OUT what the node sent; bytes are those of payloads. Rates are over the last 10 s.",
    "An AGE with > is of a peer that connected before tracing began: its figures are not complete.",
    "NET comes from the connection's events (v29 and later), else from the address, which does not show whether a peer came through the node's onion service.",
  ],
};
