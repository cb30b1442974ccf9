import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { ATTEMPT_TRACEPOINTS, CoinSelection } from "./coin-selection.ts";

export const command = toolCommand("coin-selection")
  .addHelpText(
    "after",
    `
A wallet first pays as it likes (normal) and then tries to spend all coins of an address together, to avoid partial
spends (aps). The second is taken when it costs no more than -maxapsfee allows. Not all that is made is sent:
funding a PSBT or asking for a fee counts as well. Nodes of v24 or later, built with a wallet, have these tracepoints.

Examples:
  $ sudo corelens coin-selection
  $ sudo corelens coin-selection --where 'wallet == "savings"'
  $ sudo corelens coin-selection --json | jq 'select(.attempt == "aps" and .aps_used)'
  $ corelens coin-selection --from node.corelens
`,
  )
  .action(
    withTarget(async (options: ToolOptions) => {
      const tool = new CoinSelection(lineStyle(options));
      const needs = { tracepoints: ATTEMPT_TRACEPOINTS, fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );
