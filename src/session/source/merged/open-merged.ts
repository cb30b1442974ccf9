import type { EventSource } from "../../../event/source.ts";
import type { Connector } from "../../../node/ipc/connector.ts";
import { type IpcSelection, IpcSource } from "../ipc-source.ts";
import { MergedSource } from "./merged-source.ts";

/**
 * A traced node's stream with what the node tells through IPC.
 * @throws CorelensError IPC_*, NO_PERMISSION: the trace is closed then
 */
export async function openMerged(
  usdt: EventSource,
  door: Connector,
  selection: IpcSelection,
): Promise<MergedSource> {
  try {
    return new MergedSource(usdt, await IpcSource.open(door, selection));
  } catch (error) {
    await usdt.close();
    throw error;
  }
}
