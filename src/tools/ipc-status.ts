import { counted } from "../counted.ts";
import type { IpcStatus } from "../node/ipc/status.ts";
import { printable } from "./event-text.ts";
import type { Paint } from "./paint.ts";

/** What `corelens ipc status` shows: a line for each thing that the node offers to tell. */
export function statusLines(socket: string, status: IpcStatus, paint: Paint): string[] {
  const { tip, node, chain } = status;
  const lines: [string, string][] = [
    ["node", `${status.pid === null ? "" : `pid ${status.pid} at `}${printable(socket)}`],
    ["offers", status.offers.map(printable).join(", ")],
    ["tip", tip ? `${tip.height}  ${tip.hash}` : "none yet"],
  ];
  if (status.isInitialBlockDownload) lines.push(["download", "the node still fetches the chain"]);
  if (node) {
    lines.push(
      [
        "peers",
        `${node.inbound} inbound, ${node.outbound} outbound${node.isNetworkActive ? "" : "; networking is off"}`,
      ],
      ["traffic", `${bytes(node.bytesReceived)} received, ${bytes(node.bytesSent)} sent`],
      [
        "mempool",
        `${counted(Number(node.mempoolSize), "transaction")}, ${bytes(node.mempoolUsage)} of ${bytes(node.mempoolMaxUsage)}`,
      ],
      [
        "headers",
        `${node.headerHeight ?? "none"}, ${(node.verificationProgress * 100).toFixed(2)} % verified`,
      ],
    );
    if (node.warnings) lines.push(["warnings", printable(node.warnings)]);
  }
  if (chain) {
    const { feeRate, target } = chain.estimate;
    const estimate = feeRate === null ? "no estimate yet" : `${feeRate} for ${target} blocks`;
    lines.push(
      ["fees", `mempool ${chain.mempoolMinFee}, relay ${chain.relayMinFee}, ${estimate} (sat/kvB)`],
      ["pruned", chain.havePruned ? `up to ${chain.pruneHeight ?? "an unknown height"}` : "no"],
    );
  }
  return lines.map(([name, value]) => `${paint("faint", name.padEnd(9))} ${value}`);
}

/** `1.2 MB` */
function bytes(count: number | bigint): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = Number(count);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
