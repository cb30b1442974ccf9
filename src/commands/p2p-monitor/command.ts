import { CorelensError } from "../../errors.ts";
import { PEER_TRACEPOINTS } from "../../model/peers/peers.ts";
import { whereOption } from "../../terminal/reader-options.ts";
import { runScreenTool } from "../../terminal/screen-command.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { P2pMonitor } from "./p2p-monitor.ts";

export const command = toolCommand("p2p-monitor", {
  speed: 1,
  options: [whereOption],
  notes: [
    "Press ? for all keys, q to quit. --json prints one object per second instead of the screen.",
  ],
  examples: [
    `sudo corelens p2p-monitor --where 'connection_type != "inbound"'`,
    "corelens p2p-monitor --from node.corelens --speed 10",
  ],
}).action(
  withTarget(async (options: ToolOptions) => {
    if (options.from !== undefined) await checkPeers(options.from);
    await runScreenTool(options, { tracepoints: PEER_TRACEPOINTS, fields: null }, (source) => {
      return new P2pMonitor(() => source.kinds);
    });
  }),
);

/** @throws CorelensError FIELD_UNKNOWN for messages captured by bitcoind, which have no peer ids */
async function checkPeers(path: string): Promise<void> {
  const { isCapture } = await import("../../recording/stored-events.ts");
  if (!(await isCapture(path))) return;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${path} contains messages captured by bitcoind, which have no peer ids`,
    "`corelens p2p-messages` and `corelens p2p-traffic` show them",
  );
}
