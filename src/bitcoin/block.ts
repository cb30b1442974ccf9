import { sha256d } from "./hash.ts";
import { serializeTransaction, type Transaction } from "./transaction.ts";
import { ByteWriter } from "./writer.ts";

export interface BlockHeader {
  readonly version: number;
  /** 32 bytes as serialised. */
  readonly previousBlock: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** UNIX s. */
  readonly time: number;
  /** The target in compact form. */
  readonly bits: number;
  readonly nonce: number;
}

export interface Block {
  readonly header: BlockHeader;
  /** The first one is the coinbase. */
  readonly transactions: readonly Transaction[];
}

/** The 80 bytes of the block hash's input. */
export function serializeHeader(header: BlockHeader): Uint8Array {
  return new ByteWriter(80)
    .i32(header.version)
    .bytes(header.previousBlock)
    .bytes(header.merkleRoot)
    .u32(header.time)
    .u32(header.bits)
    .u32(header.nonce)
    .finish();
}

export function blockHash(header: BlockHeader): Uint8Array {
  return sha256d(serializeHeader(header));
}

export function serializeBlock(block: Block): Uint8Array {
  const writer = new ByteWriter(1 << 16).bytes(serializeHeader(block.header));
  return writer
    .vector(block.transactions, (transaction) => writer.bytes(serializeTransaction(transaction)))
    .finish();
}

/**
 * The root of the Merkle tree over txids (or wtxids). A level of odd length repeats its last hash.
 * @param hashes at least one
 */
export function merkleRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  const pair = new Uint8Array(64);
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let left = 0; left < level.length; left += 2) {
      pair.set(level[left]!, 0);
      pair.set(level[left + 1] ?? level[left]!, 32);
      above.push(sha256d(pair));
    }
    level = above;
  }
  return level[0]!;
}
