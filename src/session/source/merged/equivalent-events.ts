import type { TracepointName } from "../../../contract/events.ts";
import type { IpcEventName } from "../../../node/ipc/events.ts";

/** What a tracepoint and a callback both tell of. */
export interface EquivalentEvent {
  readonly ipc: IpcEventName;
  /** Fields that both have, by which one event is known to be of the same thing as the other. */
  readonly by: readonly string[];
}

/** By tracepoint. Mined transactions leave the mempool without a callback, so that some stay alone. */
export const EQUIVALENT_EVENTS = {
  "validation:block_connected": { ipc: "ipc:block_connected", by: ["hash"] },
  "mempool:added": { ipc: "ipc:transaction_added_to_mempool", by: ["txid"] },
  "mempool:removed": { ipc: "ipc:transaction_removed_from_mempool", by: ["txid"] },
  "utxocache:add": { ipc: "ipc:utxo_added", by: ["txid", "vout", "height"] },
  "utxocache:spent": { ipc: "ipc:utxo_spent", by: ["txid", "vout", "height"] },
  "utxocache:uncache": { ipc: "ipc:utxo_uncached", by: ["txid", "vout", "height"] },
} as const satisfies Partial<Record<TracepointName, EquivalentEvent>>;
