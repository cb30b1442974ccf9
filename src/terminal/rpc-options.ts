import type { Command } from "commander";
import type { FindAccess } from "../node/rpc/access.ts";
import { directAccess } from "../session/privilege/rpc-access.ts";

/** How the node is asked, by commands that trace it too. */
export interface RpcOptions {
  readonly target?: string;
  /** False when the node is not to be asked. */
  readonly rpc?: string | false;
  readonly cookie?: string;
  readonly datadir?: string;
}

export function addRpcOptions(command: Command): Command {
  return command
    .option("--rpc <url>", "where the node's RPC server is (or CORELENS_RPC)")
    .option("--no-rpc", "do not ask the node, only trace it")
    .option("--cookie <file>", "the file that the server's password is in")
    .option("--datadir <directory>", "the node's data directory");
}

/** Null when the node is not to be asked. */
export function accessOf({ target, rpc, cookie, datadir }: RpcOptions): FindAccess | null {
  if (rpc === false) return null;
  const url = rpc || process.env.CORELENS_RPC;
  // Who may not look at the node's process can still be told where to ask.
  const isTold = url !== undefined || datadir !== undefined;
  return directAccess({
    target: isTold ? undefined : target,
    url,
    cookieFile: cookie,
    directory: datadir,
  });
}
