import { Option } from "commander";
import { CorelensError } from "../errors.ts";
import type { CallbackName } from "../node/ipc/callbacks.ts";
import { parseNames } from "./parse-option.ts";
import { tell } from "./tell.ts";

const IPC = "IPC options:";

export const socketOption = new Option(
  "-s, --socket <path>",
  "the node's IPC socket (default: the running node's)",
).helpGroup(IPC);

export const callbacksOption = new Option(
  "-c, --callbacks [names]",
  "let the node call back: chain, block_tip, header_tip, connections, network_active, bans; utxo only when it is named",
)
  .argParser(parseNames)
  .helpGroup(IPC);

export const sourcesOption = new Option(
  "--sources <names>",
  "usdt, or usdt,ipc for one stream of both",
)
  .argParser(parseNames)
  .default(["usdt"], "usdt")
  .helpGroup(IPC);

/** What is to be known by whoever lets the node call back. */
export const CALLBACKS_HELP = `Without --callbacks it only asks, which cannot harm the node. With callbacks, the node depends on a guard process
called ipc-guard, which deregisters them when this command ends, however it ends. Do not kill it with SIGKILL:
the node would end, too.`;

/** Those for coins are not among the default: the node waits for each. */
export async function selectCallbacks(
  wanted: readonly string[] | true | undefined,
): Promise<CallbackName[]> {
  if (wanted === undefined) return [];
  const { CALLBACKS } = await import("../node/ipc/callbacks.ts");
  const all = Object.keys(CALLBACKS) as CallbackName[];
  if (wanted === true) return all.filter((name) => name !== "utxo");
  const unknown = wanted.find((name) => !(all as string[]).includes(name));
  if (unknown !== undefined) {
    throw new CorelensError("USAGE", `there are no callbacks ${unknown}, but ${all.join(", ")}`);
  }
  return [...new Set(wanted as CallbackName[])];
}

/** Told before the node has to pay it. */
export function tellPrice(callbacks: readonly CallbackName[]): void {
  if (callbacks.includes("utxo")) tell(PRICE);
}

/** Measured with one client on two cores (docs/ipc.md). */
const PRICE =
  "utxo: the node's validation waits about 0.1 ms for each coin added or spent: a second for each 10,000.\n";
