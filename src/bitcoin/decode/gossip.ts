import { type AddressFields, readAddressV1, readAddressV2 } from "./address.ts";
import { list, type Read, struct } from "./fields.ts";

/** One entry of addr or addrv2. */
export interface GossipEntry extends AddressFields {
  /** The time when the address was last seen, UNIX s. */
  readonly time: number;
  /** The offered services, as a bit field. */
  readonly services: number | string;
}

export interface GossipFields {
  readonly entries: readonly GossipEntry[];
}

/** The payload of `addr`. */
export const readAddr: Read<GossipFields> = struct({
  entries: list((reader) => ({
    time: reader.u32(),
    services: reader.u64(),
    ...readAddressV1(reader),
  })),
});

/** The payload of `addrv2` (BIP 155). */
export const readAddrV2: Read<GossipFields> = struct({
  entries: list((reader) => ({
    time: reader.u32(),
    services: reader.compactSize(),
    ...readAddressV2(reader),
  })),
});
