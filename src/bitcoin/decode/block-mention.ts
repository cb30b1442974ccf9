import { displayedSha256d } from "../hash.ts";
import { InventoryView } from "./inventory-view.ts";
import { ByteReader } from "./reader.ts";

/** A block that a message announces, requests or carries. */
export interface BlockMention {
  /** In display order. */
  readonly hash: string;
  /** The number of transactions: in `block` all, in `cmpctblock` the short ids, otherwise those requested or sent. */
  readonly transactions?: number;
  /** Whether the message requests a compact block (BIP 152). */
  readonly compact?: true;
}

const HEADER_LENGTH = 80;
const NONCE_LENGTH = 8;

/**
 * The blocks in a message's payload. A cut payload yields only the blocks before the cut, a malformed payload none.
 */
export function blocksIn(type: string, payload: Uint8Array): BlockMention[] {
  const reader = new ByteReader(payload);
  switch (type) {
    case "headers":
      return headers(reader);
    case "inv":
    case "getdata":
      return inventory(new InventoryView(payload));
    case "block":
      return mention(reader, headerHash(reader));
    case "cmpctblock": {
      const hash = headerHash(reader);
      reader.skip(hash === null ? 0 : NONCE_LENGTH);
      return mention(reader, hash);
    }
    case "getblocktxn":
    case "blocktxn": {
      const hash = reader.hash();
      return mention(reader, reader.stopped ? null : hash);
    }
    default:
      return [];
  }
}

/** A block, and the number of transactions that follows if the payload is long enough. */
function mention(reader: ByteReader, hash: string | null): BlockMention[] {
  if (hash === null) return [];
  const transactions = reader.count();
  return [{ hash, ...(!reader.stopped && { transactions }) }];
}

function headers(reader: ByteReader): BlockMention[] {
  const mentions: BlockMention[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const hash = headerHash(reader);
    reader.skip(1); // The number of transactions, which is always 0 in headers.
    if (hash === null || reader.stopped) break;
    mentions.push({ hash });
  }
  return mentions;
}

function inventory(view: InventoryView): BlockMention[] {
  return Array.from({ length: view.length }, (_, i) => i).flatMap((i) => {
    const kind = view.kind(i);
    if (kind === "compact_block") return [{ hash: view.hash(i), compact: true as const }];
    return kind === "block" || kind === "witness_block" ? [{ hash: view.hash(i) }] : [];
  });
}

function headerHash(reader: ByteReader): string | null {
  const header = reader.take(HEADER_LENGTH);
  return reader.stopped ? null : displayedSha256d(header);
}
