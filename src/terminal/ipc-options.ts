import { Option } from "commander";
import { CorelensError } from "../errors.ts";
import type { CallbackName } from "../node/ipc/callbacks.ts";
import { parseNames } from "./parse-option.ts";
import { printNote } from "./print-note.ts";

const IPC = "IPC options:";

export const socketOption = new Option(
  "-s, --socket <path>",
  "the node's IPC socket (default: the running node's)",
).helpGroup(IPC);

export const callbacksOption = new Option(
  "-c, --callbacks [names]",
  "register callbacks in the node: chain, block_tip, header_tip, connections, network_active, bans; utxo only by name",
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

export const CALLBACKS_HELP =
  "Without --callbacks, corelens only polls, which cannot harm the node. With callbacks, a process called ipc-guard removes them when this command ends for any reason. Do not kill ipc-guard with SIGKILL: the node would end, too.";

/** The default leaves out the callback for coins: the node waits for each call. */
export async function selectCallbacks(
  wanted: readonly string[] | true | undefined,
): Promise<CallbackName[]> {
  if (wanted === undefined) return [];
  const { CALLBACKS } = await import("../node/ipc/callbacks.ts");
  const all = Object.keys(CALLBACKS) as CallbackName[];
  if (wanted === true) return all.filter((name) => name !== "utxo");
  const unknown = wanted.find((name) => !(all as string[]).includes(name));
  if (unknown !== undefined) {
    throw new CorelensError("USAGE", `unknown callback ${unknown}`, `callbacks: ${all.join(", ")}`);
  }
  return [...new Set(wanted as CallbackName[])];
}

/** Prints what a callback costs the node, before it is registered. */
export function tellPrice(callbacks: readonly CallbackName[]): void {
  if (callbacks.includes("utxo")) printNote(PRICE);
}

/** Measured with one client on two cores (docs/ipc.md). */
const PRICE =
  "utxo: the node waits about 0.1 ms for each coin that is added or spent: 1 s per 10,000 coins\n";
