import { type BlockHeader, serializeHeader } from "./block.ts";
import { ByteWriter } from "./writer.ts";

/** Requests the headers after the newest block that both sides have. */
export interface GetHeadersMessage {
  readonly version: number;
  /** Hashes of blocks that the sender has, newest first. */
  readonly locator: readonly Uint8Array[];
  /** The last requested header; null requests the maximum number. */
  readonly stop: Uint8Array | null;
}

export function serializeGetHeaders({ version, locator, stop }: GetHeadersMessage): Uint8Array {
  const writer = new ByteWriter(40 + 32 * locator.length).i32(version);
  return writer
    .vector(locator, (hash) => writer.bytes(hash))
    .bytes(stop ?? new Uint8Array(32))
    .finish();
}

/** Each header is followed by a transaction count of 0. */
export function serializeHeaders(headers: readonly BlockHeader[]): Uint8Array {
  const writer = new ByteWriter(3 + 81 * headers.length);
  return writer
    .vector(headers, (header) => writer.bytes(serializeHeader(header)).compactSize(0))
    .finish();
}
