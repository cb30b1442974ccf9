import { MEMPOOL_TRACEPOINTS } from "../../model/mempool/flow.ts";
import { whereOption } from "../../terminal/reader-options.ts";
import { runScreenTool } from "../../terminal/screen-command.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { MempoolMonitor } from "./mempool-monitor.ts";

export const command = toolCommand("mempool-monitor", {
  speed: 1,
  options: [whereOption],
  notes: [
    "Press ? for all keys, q to quit. --json prints one object per second instead of the screen.",
  ],
  examples: [
    "sudo corelens mempool-monitor --where 'fee / vsize >= 50'",
    "corelens mempool-monitor --from node.corelens --speed 10",
  ],
}).action(
  withTarget((options: ToolOptions) =>
    runScreenTool(
      options,
      { tracepoints: MEMPOOL_TRACEPOINTS, fields: null },
      () => new MempoolMonitor(),
    ),
  ),
);
