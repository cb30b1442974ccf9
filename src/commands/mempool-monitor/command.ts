import { MEMPOOL_TRACEPOINTS } from "../../model/mempool/flow.ts";
import { runScreenTool } from "../../terminal/screen-command.ts";
import { type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { MempoolMonitor } from "./mempool-monitor.ts";

export const command = toolCommand("mempool-monitor", 1)
  .addHelpText(
    "after",
    `
q quits, ? shows all keys. --json prints an object every second instead of the screen.

Examples:
  $ sudo corelens mempool-monitor
  $ sudo corelens mempool-monitor --where 'fee / vsize >= 50'
  $ corelens mempool-monitor --from node.corelens --speed 10
  $ sudo corelens mempool-monitor --json | jq -c '.rejection_reasons // empty'
`,
  )
  .action((options: ToolOptions) =>
    runScreenTool(
      options,
      { tracepoints: MEMPOOL_TRACEPOINTS, fields: null },
      () => new MempoolMonitor(),
    ),
  );
