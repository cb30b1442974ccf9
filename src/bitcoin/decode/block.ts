import { hash, list, type Read, struct, u32, varHex } from "./fields.ts";
import { type HeaderFields, readHeader } from "./header.ts";
import { readTransaction, type TransactionFields } from "./transaction.ts";

export interface BlockFields {
  readonly header: HeaderFields;
  readonly transactions: readonly TransactionFields[];
}

export const readBlock: Read<BlockFields> = struct({
  header: readHeader,
  transactions: list(readTransaction),
});

export interface HeadersFields {
  readonly headers: readonly HeaderFields[];
}

/** Each header is followed by a transaction count of 0. */
export const readHeaders: Read<HeadersFields> = struct({
  headers: list((reader) => {
    const header = readHeader(reader);
    reader.count();
    return header;
  }),
});

/** BIP 37: the header of a block, and a Merkle proof of the transactions that match the receiver's filter. */
export interface MerkleBlockFields {
  readonly header: HeaderFields;
  /** The number of transactions in the whole block. */
  readonly transaction_count: number;
  /** The hashes of the partial Merkle tree, depth first. */
  readonly hashes: readonly string[];
  /** One bit for each node of the partial Merkle tree, lowest bit first: whether it leads to a matching transaction. */
  readonly flags: string;
}

export const readMerkleBlock: Read<MerkleBlockFields> = struct({
  header: readHeader,
  transaction_count: u32,
  hashes: list(hash),
  flags: varHex,
});
