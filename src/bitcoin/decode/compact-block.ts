/** BIP 152. */
import { flag, hash, list, nonce, type Read, struct, u64 } from "./fields.ts";
import { type HeaderFields, readHeader } from "./header.ts";
import type { ByteReader } from "./reader.ts";
import { readTransaction, type TransactionFields } from "./transaction.ts";

export interface SendCompactFields {
  readonly high_bandwidth: boolean;
  readonly version: number | string;
}

export const readSendCompact: Read<SendCompactFields> = struct({
  high_bandwidth: flag,
  version: u64,
});

export interface CompactBlockFields {
  readonly header: HeaderFields;
  readonly nonce: string;
  /** 6 bytes each as serialised, in the block's order, without the prefilled transactions. */
  readonly short_ids: readonly string[];
  readonly prefilled: readonly PrefilledFields[];
}

interface PrefilledFields {
  /** The position in the block. */
  readonly index: number;
  readonly transaction: TransactionFields;
}

const SHORT_ID_LENGTH = 6;

export const readCompactBlock: Read<CompactBlockFields> = struct({
  header: readHeader,
  nonce,
  short_ids: list((reader) => reader.hex(SHORT_ID_LENGTH)),
  prefilled: (reader) => {
    const readIndex = ascendingIndex();
    return list(struct<PrefilledFields>({ index: readIndex, transaction: readTransaction }))(
      reader,
    );
  },
});

export interface GetBlockTransactionsFields {
  readonly block_hash: string;
  /** Positions in the block, ascending. */
  readonly indexes: readonly number[];
}

export const readGetBlockTransactions: Read<GetBlockTransactionsFields> = struct({
  block_hash: hash,
  indexes: (reader) => list(ascendingIndex())(reader),
});

const MAX_INDEX = 0xffff;

/** Decodes indexes, each sent as its difference from the previous index + 1: 3, 0, 4 become 3, 4, 9. */
function ascendingIndex(): Read<number> {
  let next = 0;
  return (reader: ByteReader) => {
    const begin = reader.at;
    const index = next + reader.count();
    if (index > MAX_INDEX) reader.refuse(begin);
    next = index + 1;
    return index;
  };
}

export interface BlockTransactionsFields {
  readonly block_hash: string;
  readonly transactions: readonly TransactionFields[];
}

export const readBlockTransactions: Read<BlockTransactionsFields> = struct({
  block_hash: hash,
  transactions: list(readTransaction),
});
