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

/** Headers as blocks without transactions: each has a zero behind it. */
export const readHeaders: Read<HeadersFields> = struct({
  headers: list((reader) => {
    const header = readHeader(reader);
    reader.count();
    return header;
  }),
});

/** BIP 37: a block of which the receiver gets the transactions that its filter matches, and their proof. */
export interface MerkleBlockFields {
  readonly header: HeaderFields;
  /** Of the whole block. */
  readonly transaction_count: number;
  /** Of the partial merkle tree, depth first. */
  readonly hashes: readonly string[];
  /** Which way the tree goes on, a bit for each node of it, lowest first. */
  readonly flags: string;
}

export const readMerkleBlock: Read<MerkleBlockFields> = struct({
  header: readHeader,
  transaction_count: u32,
  hashes: list(hash),
  flags: varHex,
});
