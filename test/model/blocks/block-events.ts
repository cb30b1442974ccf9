import { serializeHeader } from "../../../src/bitcoin/block.ts";
import type { RawEvent } from "../../../src/event/event.ts";
import { GENESIS } from "../../bitcoin/vectors.ts";

/** Events of one node about the genesis block. */

export const HASH = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
export const HEADER = serializeHeader(GENESIS.header);
export const HEADERS = Uint8Array.of(1, ...HEADER, 0);
export const INV = Uint8Array.of(1, 2, 0, 0, 0, ...Buffer.from(HASH, "hex").reverse());

export const at = (ms: number, tracepoint: string, fields: object): RawEvent => ({
  ...{ tracepoint, time: 1e12 + ms, ktime: 1e15 + ms * 1e6, tid: 7, thread: null, cpu: 0, pid: 7 },
  ...fields,
});
/** @param payload null where it was not traced */
export const message = (ms: number, type: string, payload: Uint8Array | null, more: object = {}) =>
  at(ms, "net:inbound_message", {
    ...{ peer_id: 1, address: "a:1", connection_type: "manual", msg_type: type },
    ...{ size: payload?.length ?? 100, ...(payload && { payload }), ...more },
  });
export const sent = (ms: number, type: string, payload: Uint8Array | null, more: object = {}) => ({
  ...message(ms, type, payload, more),
  tracepoint: "net:outbound_message",
});
export const connected = (ms: number, more: object = {}) =>
  at(ms, "validation:block_connected", {
    ...{ hash: HASH, height: 5, transactions: 1, inputs: 1, sigops_cost: 4 },
    ...{ duration_ns: 1e6, ...more },
  });
export const removed = (ms: number, reason: string, more: object = {}) =>
  at(ms, "mempool:removed", { reason, ...more });
export const coin = (
  name: "add" | "spent",
  height: number,
  vout = 0,
  txid = "aa",
  coinbase = false,
) => at(1, `utxocache:${name}`, { txid, vout, height, value: 1, is_coinbase: coinbase });
/** A `headers` message of one header without its payload. */
export const header = (ms: number, peer: number, more: object = {}) =>
  message(ms, "headers", null, { size: 82, peer_id: peer, ...more });
