import { lineCommand } from "../../terminal/tool-command.ts";
import { UtxocacheFlushes } from "./utxocache-flushes.ts";

export const command = lineCommand(
  "utxocache-flushes",
  ["utxocache:flush"],
  (style) => new UtxocacheFlushes(style),
  {
    notes: [
      "Mode 3 is ALWAYS up to v30 and FORCE_FLUSH since v31; it is a number if the version of the node is unknown. Since v30 the duration is measured with the clock of the node: it is 0 under -mocktime, and negative if the clock is set back.",
    ],
    examples: [
      "sudo corelens utxocache-flushes --where 'duration_us > 1s || for_prune'",
      "corelens utxocache-flushes --from node.corelens --json",
    ],
  },
);
