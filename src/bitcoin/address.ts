import { base32nopad } from "@scure/base";
import { sha3 } from "./hash.ts";
import type { ByteWriter } from "./writer.ts";

/** The networks of peer addresses. */
export type Network = "ipv4" | "ipv6" | "torv2" | "onion" | "i2p" | "cjdns" | "yggdrasil";

/** An address with the length of its network, and its port (0 for I2P). */
export interface NetworkAddress {
  readonly network: Network;
  /**
   * 4 bytes for IPv4; 16 for IPv6, CJDNS and Yggdrasil; 10 for Tor v2; 32 for Tor v3 (the ed25519 key) and I2P (the
   * SHA-256 of the destination).
   */
  readonly bytes: Uint8Array;
  readonly port: number;
}

/** Each network's length in bytes and its number in BIP 155. */
export const NETWORKS = {
  ipv4: { id: 1, length: 4 },
  ipv6: { id: 2, length: 16 },
  torv2: { id: 3, length: 10 },
  onion: { id: 4, length: 32 },
  i2p: { id: 5, length: 32 },
  cjdns: { id: 6, length: 16 },
  yggdrasil: { id: 7, length: 16 },
} as const satisfies Record<Network, { id: number; length: number }>;

/**
 * The address and port as Bitcoin Core prints them:
 * `203.0.113.7:8333`, `[2001:db8::7]:8333`, `pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333`,
 * `ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p:0`, `[fc00:1:2:3:4:5:6:7]:8333`.
 */
export function formatAddress({ network, bytes, port }: NetworkAddress): string {
  switch (network) {
    case "ipv4":
      return `${bytes.join(".")}:${port}`;
    case "ipv6":
    case "cjdns":
    case "yggdrasil":
      return `[${formatIpv6(bytes)}]:${port}`;
    case "torv2":
      return `${base32nopad.encode(bytes).toLowerCase()}.onion:${port}`;
    case "onion":
      return `${onionName(bytes)}.onion:${port}`;
    case "i2p":
      return `${base32nopad.encode(bytes).toLowerCase()}.b32.i2p:${port}`;
  }
}

/** RFC 5952: lower case, no leading zeros; `::` replaces the first of the longest runs of two or more zero groups. */
function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  let start = 0;
  let length = 0;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

const ONION_VERSION = 3;

/** Tor v3: base32 of the key, two bytes of checksum and the version. */
function onionName(key: Uint8Array): string {
  const version = Uint8Array.of(ONION_VERSION);
  const checksum = sha3(Buffer.concat([Buffer.from(".onion checksum"), key, version]));
  return base32nopad.encode(Buffer.concat([key, checksum.subarray(0, 2), version])).toLowerCase();
}

export const IPV4_IN_IPV6 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
const UNSPECIFIED = new Uint8Array(16);

/** Writes 16 bytes and the port. Null and addresses without an IPv6 form become `::` with port 0. */
export function writeAddressV1(writer: ByteWriter, address: NetworkAddress | null): void {
  if (address?.network === "ipv4") writer.bytes(IPV4_IN_IPV6).bytes(address.bytes);
  else if (address?.network === "ipv6") writer.bytes(address.bytes);
  else {
    writer.bytes(UNSPECIFIED).u16be(0);
    return;
  }
  writer.u16be(address.port);
}

/** BIP 155: network number, length as compact size, address, port. */
export function writeAddressV2(writer: ByteWriter, address: NetworkAddress): void {
  writer.u8(NETWORKS[address.network].id).varBytes(address.bytes).u16be(address.port);
}
