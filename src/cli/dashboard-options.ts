import { type Command, InvalidArgumentError, Option } from "commander";

/** How the dashboard is served: the same wherever one is. */
export interface DashboardCommandOptions {
  readonly port?: number;
  readonly listen: string;
  readonly token?: string;
  readonly private?: boolean;
  readonly open: boolean;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidArgumentError("A port is a whole number up to 65535; 0 is any free one.");
  }
  return port;
}

export function addDashboardOptions(command: Command): Command {
  return command
    .option("-p, --port <port>", "where pages are served (default: 8480, or a free one)", parsePort)
    .option("--listen <address>", "for whom: any but this machine needs a token", "127.0.0.1")
    .addOption(
      new Option("--token <text>", "what a browser has to know; one is made when needed").env(
        "CORELENS_TOKEN",
      ),
    )
    .option("--private", "hide the addresses of peers")
    .option("--no-open", "do not open a browser");
}
