/**
 * P2P messages as values, and their payloads as bytes. The payload follows the 24-byte header (magic, type, length,
 * checksum). The `net:*_message` tracepoints pass the payload.
 */
import { type Block, type BlockHeader, serializeBlock } from "./block.ts";
import {
  type BlockTransactions,
  type CompactBlock,
  type GetBlockTransactions,
  serializeBlockTransactions,
  serializeCompactBlock,
  serializeGetBlockTransactions,
} from "./compact-block.ts";
import { type GossipedAddress, serializeAddr, serializeAddrV2 } from "./gossip.ts";
import { type GetHeadersMessage, serializeGetHeaders, serializeHeaders } from "./headers.ts";
import { type InventoryItem, serializeInventory } from "./inventory.ts";
import { serializeTransaction, type Transaction } from "./transaction.ts";
import { serializeVersion, type VersionMessage } from "./version.ts";
import { ByteWriter } from "./writer.ts";

export type Message =
  | { readonly type: "version"; readonly version: VersionMessage }
  | { readonly type: "verack" | "wtxidrelay" | "sendaddrv2" | "sendheaders" | "getaddr" }
  | { readonly type: "sendcmpct"; readonly highBandwidth: boolean; readonly version: bigint }
  | { readonly type: "ping" | "pong"; readonly nonce: bigint }
  /** In sat per 1000 vB. */
  | { readonly type: "feefilter"; readonly feeRate: bigint }
  | { readonly type: "addr" | "addrv2"; readonly entries: readonly GossipedAddress[] }
  | { readonly type: "inv" | "getdata" | "notfound"; readonly items: readonly InventoryItem[] }
  | { readonly type: "tx"; readonly transaction: Transaction }
  | { readonly type: "getheaders"; readonly request: GetHeadersMessage }
  | { readonly type: "headers"; readonly headers: readonly BlockHeader[] }
  | { readonly type: "block"; readonly block: Block }
  | { readonly type: "cmpctblock"; readonly block: CompactBlock }
  | { readonly type: "getblocktxn"; readonly request: GetBlockTransactions }
  | { readonly type: "blocktxn"; readonly response: BlockTransactions };

/** The payload, without the header. */
export function serializePayload(message: Message): Uint8Array {
  switch (message.type) {
    case "verack":
    case "wtxidrelay":
    case "sendaddrv2":
    case "sendheaders":
    case "getaddr":
      return new Uint8Array(0);
    case "version":
      return serializeVersion(message.version);
    case "sendcmpct":
      return new ByteWriter(9)
        .u8(message.highBandwidth ? 1 : 0)
        .u64(message.version)
        .finish();
    case "ping":
    case "pong":
      return new ByteWriter(8).u64(message.nonce).finish();
    case "feefilter":
      return new ByteWriter(8).i64(message.feeRate).finish();
    case "addr":
      return serializeAddr(message.entries);
    case "addrv2":
      return serializeAddrV2(message.entries);
    case "inv":
    case "getdata":
    case "notfound":
      return serializeInventory(message.items);
    case "tx":
      return serializeTransaction(message.transaction);
    case "getheaders":
      return serializeGetHeaders(message.request);
    case "headers":
      return serializeHeaders(message.headers);
    case "block":
      return serializeBlock(message.block);
    case "cmpctblock":
      return serializeCompactBlock(message.block);
    case "getblocktxn":
      return serializeGetBlockTransactions(message.request);
    case "blocktxn":
      return serializeBlockTransactions(message.response);
  }
}
