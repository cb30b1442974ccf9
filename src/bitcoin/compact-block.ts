import { type Block, type BlockHeader, serializeHeader } from "./block.ts";
import { sha256 } from "./hash.ts";
import { shortTransactionId, type Word } from "./siphash.ts";
import { serializeTransaction, type Transaction, witnessTransactionId } from "./transaction.ts";
import { ByteWriter } from "./writer.ts";

/** BIP 152: a block for a receiver that already has most of its transactions. */
export interface CompactBlock {
  readonly header: BlockHeader;
  readonly nonce: bigint;
  /** 6 bytes each, in the block's order, without the prefilled transactions. */
  readonly shortIds: readonly Uint8Array[];
  /** Full transactions that the receiver cannot have: at least the coinbase. */
  readonly prefilled: readonly PrefilledTransaction[];
}

interface PrefilledTransaction {
  /** The position in the block. */
  readonly index: number;
  readonly transaction: Transaction;
}

/** Builds version 2 (by wtxid) with only the coinbase prefilled, as Bitcoin Core does. */
export function compactBlock(block: Block, nonce: bigint): CompactBlock {
  const key = new DataView(sha256(writeKey(block.header, nonce)).buffer);
  const word = (at: number): Word => [key.getUint32(at, true), key.getUint32(at + 4, true)];
  const [k0, k1] = [word(0), word(8)];
  return {
    header: block.header,
    nonce,
    shortIds: block.transactions
      .slice(1)
      .map((transaction) => shortTransactionId(k0, k1, witnessTransactionId(transaction))),
    prefilled: [{ index: 0, transaction: block.transactions[0]! }],
  };
}

function writeKey(header: BlockHeader, nonce: bigint): Uint8Array {
  return new ByteWriter(88).bytes(serializeHeader(header)).u64(nonce).finish();
}

export function serializeCompactBlock(block: CompactBlock): Uint8Array {
  const writer = new ByteWriter(1024).bytes(serializeHeader(block.header)).u64(block.nonce);
  writer.vector(block.shortIds, (id) => writer.bytes(id));
  let next = 0;
  return writer
    .vector(block.prefilled, ({ index, transaction }) => {
      writer.compactSize(index - next).bytes(serializeTransaction(transaction));
      next = index + 1;
    })
    .finish();
}

/** Requests the transactions of a compact block that the sender lacks. */
export interface GetBlockTransactions {
  /** 32 bytes as serialised. */
  readonly blockHash: Uint8Array;
  /** Positions in the block, ascending. */
  readonly indexes: readonly number[];
}

/** Encodes each index as its difference from the previous index + 1: 3, 4, 9 become 3, 0, 4. */
export function serializeGetBlockTransactions(message: GetBlockTransactions): Uint8Array {
  const writer = new ByteWriter(64).bytes(message.blockHash);
  let next = 0;
  return writer
    .vector(message.indexes, (index) => {
      writer.compactSize(index - next);
      next = index + 1;
    })
    .finish();
}

/** The response to getblocktxn. */
export interface BlockTransactions {
  readonly blockHash: Uint8Array;
  readonly transactions: readonly Transaction[];
}

export function serializeBlockTransactions(message: BlockTransactions): Uint8Array {
  const writer = new ByteWriter(1024).bytes(message.blockHash);
  return writer
    .vector(message.transactions, (transaction) => writer.bytes(serializeTransaction(transaction)))
    .finish();
}
