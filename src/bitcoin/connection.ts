/** Bitcoin Core's connection types, in the order of its `enum class ConnectionType`. */
export const CONNECTION_TYPES = [
  "inbound",
  "outbound-full-relay",
  "manual",
  "feeler",
  "block-relay-only",
  "addr-fetch",
  "private-broadcast",
] as const;

/**
 * The networks of Bitcoin Core's connections, in the order of its `enum Network`, with the names that corelens gives
 * them in tracepoints. Addresses in messages have another list of networks (BIP 155, address.ts).
 */
export const CONNECTION_NETWORKS = [
  "unroutable",
  "ipv4",
  "ipv6",
  "onion",
  "i2p",
  "cjdns",
  "internal",
] as const;

/** Replaces the RPC name `not_publicly_routable` by the tracepoints' name `unroutable`. */
export function networkName(name: string): string {
  return name === "not_publicly_routable" ? "unroutable" : name;
}

/**
 * The network of an address and port as Bitcoin Core writes them, also if `--private` hides the host; null for a host
 * name. An inbound peer on localhost may use the node's onion service: its network is `unroutable`.
 */
export function networkOfAddress(address: string): string | null {
  const hidden = HIDDEN.exec(address)?.[1];
  if (hidden !== undefined) return hidden;
  const host = address.replace(/:\d+$/, "");
  if (host.endsWith(".onion")) return "onion";
  if (host.endsWith(".i2p")) return "i2p";
  const ipv4 = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
  if (ipv4) return isPrivate(Number(ipv4[1]), Number(ipv4[2])) ? "unroutable" : "ipv4";
  const ipv6 = /^\[([0-9a-f:.]+)(?:%.*)?\]$/.exec(host)?.[1];
  if (ipv6 === undefined) return null;
  if (/^fc/.test(ipv6)) return "cjdns";
  return /^(::1$|fd|fe[89ab])/.test(ipv6) ? "unroutable" : "ipv6";
}

const HIDDEN = /^(unroutable|ipv4|ipv6|onion|i2p|cjdns) \(hidden\)$/;

/** `203.0.113.7:8333` becomes `ipv4 (hidden)`. */
export function hiddenAddress(address: string): string {
  return `${networkOfAddress(address) ?? "host name"} (hidden)`;
}

/** RFC 1122, 1918, 3927 and 6598. */
function isPrivate(first: number, second: number): boolean {
  switch (first) {
    case 0:
    case 10:
    case 127:
      return true;
    case 100:
      return second >= 64 && second < 128;
    case 169:
      return second === 254;
    case 172:
      return second >= 16 && second < 32;
    case 192:
      return second === 168;
    default:
      return false;
  }
}
