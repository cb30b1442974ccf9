import { ATTEMPT_TRACEPOINTS } from "../../model/wallet/attempts.ts";
import { helpText } from "../../terminal/help-text.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { CoinSelection } from "./coin-selection.ts";

export const command = toolCommand("coin-selection")
  .addHelpText(
    "after",
    helpText({
      notes: [
        "A wallet first pays in the normal way and then tries to spend all coins of an address together, to avoid partial spends (aps). It takes the second result when that costs at most -maxapsfee more. Not every attempt is sent: funding a PSBT or asking for a fee counts as an attempt, too.",
        "Nodes of v24 or later that are built with a wallet have these tracepoints.",
      ],
      examples: [
        `sudo corelens coin-selection --where 'wallet == "savings"'`,
        `sudo corelens coin-selection --json | jq 'select(.attempt == "aps" and .aps_used)'`,
      ],
    }),
  )
  .action(
    withTarget(async (options: ToolOptions) => {
      const tool = new CoinSelection(lineStyle(options));
      const needs = { tracepoints: ATTEMPT_TRACEPOINTS, fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );
