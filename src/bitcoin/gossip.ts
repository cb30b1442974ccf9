import { type NetworkAddress, writeAddressV1, writeAddressV2 } from "./address.ts";
import { ByteWriter } from "./writer.ts";

/** One entry of addr or addrv2. */
export interface GossipedAddress {
  /** The time when the address was last seen, UNIX s. */
  readonly time: number;
  readonly services: bigint;
  readonly address: NetworkAddress;
}

/** The payload of `addr`, which supports only IPv4 and IPv6. */
export function serializeAddr(entries: readonly GossipedAddress[]): Uint8Array {
  const writer = new ByteWriter(3 + 30 * entries.length);
  return writer
    .vector(entries, ({ time, services, address }) => {
      writer.u32(time).u64(services);
      writeAddressV1(writer, address);
    })
    .finish();
}

/** The payload of `addrv2` (BIP 155), which supports all networks. */
export function serializeAddrV2(entries: readonly GossipedAddress[]): Uint8Array {
  const writer = new ByteWriter(3 + 44 * entries.length);
  return writer
    .vector(entries, ({ time, services, address }) => {
      writer.u32(time).compactSize(Number(services));
      writeAddressV2(writer, address);
    })
    .finish();
}
