import type { Command } from "commander";
import type { CountRequest } from "../../counting/count-request.ts";
import { COUNTS, countRequest } from "../../metrics/table/table.ts";
import { latencyOption, ringOption } from "../../terminal/reader-options.ts";
import {
  type Listen,
  listenOption,
  portOption,
  tokenOption,
} from "../../terminal/serving-options.ts";

/** How the dashboard is served, whether it shows a node, a recording or the simulated node. */
export interface DashboardOptions {
  readonly port?: number;
  readonly listen: Listen;
  readonly token?: string;
  readonly private?: boolean;
  readonly recordings?: string;
  readonly open: boolean;
  readonly metrics?: boolean;
  readonly ring: number;
  readonly latency: number;
}

export function addDashboardOptions(command: Command): Command {
  return command
    .option("--private", "hide the addresses of peers")
    .option("--recordings <directory>", "also offer the recordings in this directory")
    .option(
      "--metrics",
      "also serve Prometheus metrics at /metrics; the kernel counts frequent events",
    )
    .option("--no-open", "do not open a browser")
    .addOption(portOption("8480, or a free one"))
    .addOption(listenOption)
    .addOption(tokenOption)
    .addOption(ringOption)
    .addOption(latencyOption);
}

/** The counts that the kernel keeps for the metrics; empty without metrics. */
export function countsFor({ metrics }: Pick<DashboardOptions, "metrics">): CountRequest[] {
  return metrics ? COUNTS.map((count) => countRequest(count, false)) : [];
}
