import { formatAddress, IPV4_IN_IPV6, NETWORKS, type Network } from "../address.ts";
import type { ByteReader } from "./reader.ts";

/** The address of a peer. */
export interface AddressFields {
  /** The network's name; its BIP 155 number if the network is unknown or the address has a wrong length. */
  readonly network: Network | number;
  /** With the port, as Bitcoin Core prints it; hex digits and the port if the network is a number. */
  readonly address: string;
}

/** The IPv6 prefix that marks a Tor v2 address in `addr`. */
const TORV2_IN_IPV6 = Uint8Array.of(0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43);

/** Reads 16 bytes and the port. */
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

/** BIP 155: network number, length as compact size, address, port. */
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
