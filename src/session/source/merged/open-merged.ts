import type { EventSource } from "../../../event/source.ts";
import type { Connector } from "../../../node/ipc/connector.ts";
import { type IpcSelection, IpcSource } from "../ipc-source.ts";
import { MergedSource } from "./merged-source.ts";

/**
 * Merges a node's trace with its IPC events.
 * @throws CorelensError IPC_*, NO_PERMISSION; the trace is closed
 */
export async function openMerged(
  usdt: EventSource,
  connector: Connector,
  selection: IpcSelection,
): Promise<MergedSource> {
  try {
    return new MergedSource(usdt, await IpcSource.open(connector, selection));
  } catch (error) {
    await usdt.close();
    throw error;
  }
}
