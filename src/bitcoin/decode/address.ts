import { formatAddress, IPV4_IN_IPV6, NETWORKS, type Network } from "../address.ts";
import type { ByteReader } from "./reader.ts";

/** Where a peer can be reached. */
export interface AddressFields {
  /** A number of BIP 155 where nobody knows the network, or the address has not its length. */
  readonly network: Network | number;
  /** As Core prints it, with the port; hex digits and the port where the network is a number. */
  readonly address: string;
}

/** How addr disguises a Tor v2 address as an IPv6 one. */
const TORV2_IN_IPV6 = Uint8Array.of(0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43);

/** 16 bytes and the port. */
export function readAddressV1(reader: ByteReader): AddressFields {
  const bytes = reader.take(NETWORKS.ipv6.length);
  const port = reader.u16be();
  return reader.stopped
    ? { network: "ipv6", address: "" }
    : addressFields(...fromIpv6(bytes), port);
}

function fromIpv6(bytes: Uint8Array): [Network, Uint8Array] {
  if (startsWith(bytes, IPV4_IN_IPV6)) return ["ipv4", bytes.subarray(IPV4_IN_IPV6.length)];
  if (startsWith(bytes, TORV2_IN_IPV6)) return ["torv2", bytes.subarray(TORV2_IN_IPV6.length)];
  return ["ipv6", bytes];
}

const startsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean =>
  prefix.every((byte, i) => bytes[i] === byte);

const NETWORK_NAMES = new Map<number, { readonly name: Network; readonly length: number }>(
  Object.entries(NETWORKS).map(([name, { id, length }]) => [id, { name: name as Network, length }]),
);

/** BIP 155: network number, compact size, that many bytes, port. */
export function readAddressV2(reader: ByteReader): AddressFields {
  const id = reader.u8();
  const bytes = reader.varBytes();
  const port = reader.u16be();
  const network = NETWORK_NAMES.get(id);
  return addressFields(network?.length === bytes.length ? network.name : id, bytes, port);
}

function addressFields(network: Network | number, bytes: Uint8Array, port: number): AddressFields {
  const address =
    typeof network === "number"
      ? `${Buffer.from(bytes).toString("hex")}:${port}`
      : formatAddress({ network, bytes, port });
  return { network, address };
}
