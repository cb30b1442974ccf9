import { NETWORKS, type Network, type NetworkAddress } from "../bitcoin/address.ts";
import type { Prng } from "../util/prng.ts";

const DEFAULT_PORT = 8333;
/** First byte of every CJDNS address. */
const CJDNS_PREFIX = 0xfc;

/** A random address of a network. IPv4 and IPv6 addresses are from the ranges reserved for documentation. */
export function randomAddress(network: Network, prng: Prng): NetworkAddress {
  const bytes = prng.bytes(NETWORKS[network].length);
  if (network === "ipv4") bytes.set(prng.pick(IPV4_DOCUMENTATION));
  if (network === "ipv6") bytes.set([0x20, 0x01, 0x0d, 0xb8]);
  if (network === "cjdns") bytes[0] = CJDNS_PREFIX;
  return { network, bytes, port: network === "i2p" ? 0 : DEFAULT_PORT };
}

/** The address of a peer that opened a connection: it has an ephemeral port instead of a listening one. */
export function ephemeral(address: NetworkAddress, prng: Prng): NetworkAddress {
  return address.network === "i2p" ? address : { ...address, port: prng.integer(32768, 60999) };
}

/** The address of connections from this machine and of those through the node's own onion service. */
export const LOCALHOST: NetworkAddress = {
  network: "ipv4",
  bytes: Uint8Array.of(127, 0, 0, 1),
  port: DEFAULT_PORT,
};

const IPV4_DOCUMENTATION = [
  [192, 0, 2],
  [198, 51, 100],
  [203, 0, 113],
];
