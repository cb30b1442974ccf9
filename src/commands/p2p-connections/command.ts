import { lineCommand } from "../../terminal/tool-command.ts";
import { CONNECTION_TRACEPOINTS, P2pConnections } from "./p2p-connections.ts";

export const command = lineCommand(
  "p2p-connections",
  CONNECTION_TRACEPOINTS,
  (style) => new P2pConnections(style),
  {
    notes: [
      "Needs a node of v29 or later. An evicted connection is printed twice: when the node selects it for eviction, and when it is closed.",
    ],
    examples: [
      `sudo corelens p2p-connections --where 'network == "onion"'`,
      `sudo corelens p2p-connections --json | jq 'select(.what == "closed") | .age_s'`,
    ],
  },
);
