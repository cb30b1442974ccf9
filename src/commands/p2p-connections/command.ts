import { helpText } from "../../terminal/help-text.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { CONNECTION_TRACEPOINTS, P2pConnections } from "./p2p-connections.ts";

export const command = toolCommand("p2p-connections")
  .addHelpText(
    "after",
    helpText({
      notes: [
        "Needs a node of v29 or later. An evicted connection is printed twice: when the node selects it for eviction, and when it is closed.",
      ],
      examples: [
        `sudo corelens p2p-connections --where 'network == "onion"'`,
        `sudo corelens p2p-connections --json | jq 'select(.what == "closed") | .age_s'`,
      ],
    }),
  )
  .action(
    withTarget(async (options: ToolOptions) => {
      const tool = new P2pConnections(lineStyle(options));
      const needs = { tracepoints: CONNECTION_TRACEPOINTS, fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );
