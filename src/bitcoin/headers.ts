import { type BlockHeader, serializeHeader } from "./block.ts";
import { ByteWriter } from "./writer.ts";

/** Asks for the headers that follow the newest block both sides know. */
export interface GetHeadersMessage {
  readonly version: number;
  /** Hashes of blocks the asker has, newest first. */
  readonly locator: readonly Uint8Array[];
  /** The last header wanted; null for as many as fit. */
  readonly stop: Uint8Array | null;
}

export function serializeGetHeaders({ version, locator, stop }: GetHeadersMessage): Uint8Array {
  const writer = new ByteWriter(40 + 32 * locator.length).i32(version);
  return writer
    .vector(locator, (hash) => writer.bytes(hash))
    .bytes(stop ?? new Uint8Array(32))
    .finish();
}

/** Headers as blocks without transactions: each has a zero behind it. */
export function serializeHeaders(headers: readonly BlockHeader[]): Uint8Array {
  const writer = new ByteWriter(3 + 81 * headers.length);
  return writer
    .vector(headers, (header) => writer.bytes(serializeHeader(header)).compactSize(0))
    .finish();
}
