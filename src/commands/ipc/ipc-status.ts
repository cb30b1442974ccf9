import type { IpcStatus } from "../../node/ipc/status.ts";
import { counted } from "../../text/counted.ts";
import { scaledText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";

/** The output of `corelens ipc status`: a line for each available part of the node's state. */
export function statusLines(socket: string, status: IpcStatus, paint: Paint): string[] {
  const { tip, node, chain } = status;
  const lines: [string, string][] = [
    ["node", `${status.pid === null ? "" : `pid ${status.pid} at `}${printable(socket)}`],
    ["offers", status.offers.map(printable).join(", ")],
    ["tip", tip ? `${tip.height}  ${tip.hash}` : "none yet"],
  ];
  if (status.isInitialBlockDownload)
    lines.push(["download", "the node is in initial block download"]);
  if (node) {
    lines.push(
      [
        "peers",
        `${node.inbound} inbound, ${node.outbound} outbound${node.isNetworkActive ? "" : "; networking is off"}`,
      ],
      [
        "traffic",
        `${scaledText(Number(node.bytesReceived), "B")} received, ${scaledText(Number(node.bytesSent), "B")} sent`,
      ],
      [
        "mempool",
        `${counted(Number(node.mempoolSize), "transaction")}, ${scaledText(Number(node.mempoolUsage), "B")} of ${scaledText(Number(node.mempoolMaxUsage), "B")}`,
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
    const estimate =
      feeRate === null ? "no estimate yet" : `${feeRate} for ${counted(target, "block")}`;
    lines.push(
      ["fees", `mempool ${chain.mempoolMinFee}, relay ${chain.relayMinFee}, ${estimate} (sat/kvB)`],
      ["pruned", chain.havePruned ? `up to ${chain.pruneHeight ?? "an unknown height"}` : "no"],
    );
  }
  return lines.map(([name, value]) => `${paint("faint", name.padEnd(9))} ${value}`);
}
