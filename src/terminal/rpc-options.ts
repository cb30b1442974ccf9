import { type Command, Option } from "commander";
import type { FindAccess } from "../node/rpc/access.ts";
import { directAccess } from "../session/privilege/rpc-access.ts";

/** RPC access of commands that also trace the node. */
export interface RpcOptions {
  readonly target?: string;
  /** False with --no-rpc. */
  readonly rpc?: string | false;
  readonly cookie?: string;
  readonly datadir?: string;
}

const RPC = "RPC options:";

export const rpcOption = new Option(
  "--rpc <url>",
  "the node's RPC server: http://127.0.0.1:8332 (or CORELENS_RPC)",
).helpGroup(RPC);

export const cookieOption = new Option(
  "--cookie <file>",
  "the file with the RPC server's password",
).helpGroup(RPC);

export const datadirOption = new Option(
  "--datadir <directory>",
  "the node's data directory",
).helpGroup(RPC);

const noRpcOption = new Option("--no-rpc", "only trace the node, without RPC").helpGroup(RPC);

export function addRpcOptions(command: Command): Command {
  return command
    .addOption(rpcOption)
    .addOption(noRpcOption)
    .addOption(cookieOption)
    .addOption(datadirOption);
}

/** Null with --no-rpc. */
export function accessOf({ target, rpc, cookie, datadir }: RpcOptions): FindAccess | null {
  if (rpc === false) return null;
  const url = rpc || process.env.CORELENS_RPC;
  // A user without permission to inspect the node's process can still name its address.
  const isTold = url !== undefined || datadir !== undefined;
  return directAccess({
    target: isTold ? undefined : target,
    url,
    cookieFile: cookie,
    directory: datadir,
  });
}
