import type { TracepointName } from "../../../contract/events.ts";
import type { IpcEventName } from "../../../node/ipc/events.ts";

/** A callback that reports the same events as a tracepoint. */
export interface EquivalentEvent {
  readonly ipc: IpcEventName;
  /** The common fields that identify an event in both. */
  readonly by: readonly string[];
}

/** By tracepoint. Some events have no counterpart: mined transactions leave the mempool without a callback. */
export const EQUIVALENT_EVENTS = {
  "validation:block_connected": { ipc: "ipc:block_connected", by: ["hash"] },
  "mempool:added": { ipc: "ipc:transaction_added_to_mempool", by: ["txid"] },
  "mempool:removed": { ipc: "ipc:transaction_removed_from_mempool", by: ["txid"] },
  "utxocache:add": { ipc: "ipc:utxo_added", by: ["txid", "vout", "height"] },
  "utxocache:spent": { ipc: "ipc:utxo_spent", by: ["txid", "vout", "height"] },
  "utxocache:uncache": { ipc: "ipc:utxo_uncached", by: ["txid", "vout", "height"] },
} as const satisfies Partial<Record<TracepointName, EquivalentEvent>>;
