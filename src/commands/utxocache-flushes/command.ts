import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { UtxocacheFlushes } from "./utxocache-flushes.ts";

export const command = toolCommand("utxocache-flushes")
  .addHelpText(
    "after",
    `
Mode 3 is ALWAYS up to v30 and FORCE_FLUSH since v31, and a number where the node's version is not known. From v30 on
the duration is by the node's clock: 0 under -mocktime, negative when the clock is set back.

Examples:
  $ sudo corelens utxocache-flushes
  $ sudo corelens utxocache-flushes --where 'duration_us > 1s || for_prune'
  $ corelens utxocache-flushes --from node.corelens --json
`,
  )
  .action(
    withTarget(async (options: ToolOptions) => {
      const tool = new UtxocacheFlushes(lineStyle(options));
      const needs = { tracepoints: ["utxocache:flush"], fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );
