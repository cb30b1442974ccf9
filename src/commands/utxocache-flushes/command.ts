import { helpText } from "../../terminal/help-text.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { UtxocacheFlushes } from "./utxocache-flushes.ts";

export const command = toolCommand("utxocache-flushes")
  .addHelpText(
    "after",
    helpText({
      notes: [
        "Mode 3 is ALWAYS up to v30 and FORCE_FLUSH since v31; it is a number if the version of the node is unknown. Since v30 the duration is measured with the clock of the node: it is 0 under -mocktime, and negative if the clock is set back.",
      ],
      examples: [
        "sudo corelens utxocache-flushes --where 'duration_us > 1s || for_prune'",
        "corelens utxocache-flushes --from node.corelens --json",
      ],
    }),
  )
  .action(
    withTarget(async (options: ToolOptions) => {
      const tool = new UtxocacheFlushes(lineStyle(options));
      const needs = { tracepoints: ["utxocache:flush"], fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );
