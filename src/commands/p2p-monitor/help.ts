import { PEER_NAMES } from "../../model/peers/peer-filter.ts";
import type { Help } from "../../text/screen/screen-tool.ts";

export const HELP: Help = {
  keys: [
    ["Up, Down, j, k, PageUp, PageDown, g, G", "select a peer"],
    ["Enter", "show its messages; Up and PageUp scroll back, End follows new ones; Esc returns"],
    ["s, Right; S, Left", "sort by the next column; by the previous column"],
    ["r", "reverse the order"],
    ["/", "filter by a text or a query; Esc removes the filter"],
  ],
  notes: [
    "A peer appears with its first message or connection event: a silent peer is not listed.",
    'Queries have the syntax of --where, for example network == "onion" && in_bytes > 1MB. Names:',
    `${PEER_NAMES.map(({ name }) => name).join(", ")}.`,
    "A peer with an unknown value does not match. Values that only RPC or IPC reports are unknown here.",
    "IN: from peers to the node. OUT: from the node to peers. Bytes are payload bytes. Rates are over the last 10 s.",
    "An AGE with > marks a peer that connected before tracing began: its figures are incomplete.",
    "NET comes from the connection's events (v29 and later), otherwise from the address. An address does not show whether a peer uses the node's onion service.",
  ],
};
