import { type NetworkAddress, writeAddressV1 } from "./address.ts";
import { ByteWriter } from "./writer.ts";

/** The service bits of the version message. */
export const SERVICES = {
  network: 1n << 0n,
  bloom: 1n << 2n,
  witness: 1n << 3n,
  compactFilters: 1n << 6n,
  networkLimited: 1n << 10n,
  p2pV2: 1n << 11n,
} as const;

export interface VersionMessage {
  readonly version: number;
  readonly services: bigint;
  /** UNIX s. */
  readonly time: number;
  /** The receiver's address as the sender sees it; null if it is not an IP address or the sender hides it. */
  readonly receiver: NetworkAddress | null;
  readonly nonce: bigint;
  /** BIP 14, e.g. `/Satoshi:29.0.0/`. */
  readonly userAgent: string;
  readonly startHeight: number;
  /** Whether the sender wants transactions: false on block-relay-only connections and feelers. */
  readonly relay: boolean;
}

export function serializeVersion(message: VersionMessage): Uint8Array {
  const writer = new ByteWriter(128)
    .i32(message.version)
    .u64(message.services)
    .i64(message.time)
    .u64(message.receiver === null ? 0n : message.services);
  writeAddressV1(writer, message.receiver);
  writer.u64(message.services);
  writeAddressV1(writer, null); // Bitcoin Core sends no address of its own since 0.20.
  return writer
    .u64(message.nonce)
    .varString(message.userAgent)
    .i32(message.startHeight)
    .u8(message.relay ? 1 : 0)
    .finish();
}
