/**
 * The network of an address and port as Bitcoin Core writes them, named as net:inbound_connection names it; null of
 * a host name. For peers whose connection was not seen. An inbound peer on localhost may have come through the
 * node's onion service: it is called unroutable all the same.
 */
export function networkOf(address: string): string | null {
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
