import type { Command } from "commander";
import {
  type Listen,
  listenOption,
  parsePort,
  tokenOption,
} from "../../terminal/serving-options.ts";

/** How the dashboard is served: the same wherever one is. */
export interface DashboardCommandOptions {
  readonly port?: number;
  readonly listen: Listen;
  readonly token?: string;
  readonly private?: boolean;
  readonly recordings?: string;
  readonly open: boolean;
}

export function addDashboardOptions(command: Command): Command {
  return command
    .option("-p, --port <port>", "where pages are served (default: 8480, or a free one)", parsePort)
    .addOption(listenOption)
    .addOption(tokenOption("what a browser has to know; one is made when needed"))
    .option("--recordings <directory>", "recordings in it can be looked at beside what is live")
    .option("--private", "hide the addresses of peers")
    .option("--no-open", "do not open a browser");
}
