import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { firstMinutes } from "./events.ts";

const HOST = /^bitcoin-1\..*\.example\.org:8333$/;

function networkOf(address: string): string | null {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  if (host === undefined) return null;
  if (host.endsWith(".onion")) return isOnion(host) ? "onion" : null;
  if (host.endsWith(".b32.i2p"))
    return /^[a-z2-7]{52}\.b32\.i2p$/.test(host) && port === "0" ? "i2p" : null;
  if (isIPv4(host)) return "ipv4";
  if (isIPv6(host)) return host.startsWith("fc") ? "cjdns" : "ipv6";
  return null;
}

/** Version 3: 32 bytes of key, 2 of checksum, 1 of version. */
function isOnion(host: string): boolean {
  const bytes = fromBase32(host.slice(0, -".onion".length));
  const [key, checksum, version] = [
    bytes.subarray(0, 32),
    bytes.subarray(32, 34),
    bytes.subarray(34),
  ];
  const hash = createHash("sha3-256")
    .update(".onion checksum")
    .update(key)
    .update(version)
    .digest();
  return version.equals(Buffer.of(3)) && hash.subarray(0, 2).equals(checksum);
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((digit) =>
    "abcdefghijklmnopqrstuvwxyz234567".indexOf(digit).toString(2).padStart(5, "0"),
  );
  return Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  );
}

describe("the addresses of simulated peers", () => {
  it("are valid addresses of every network, and a host name that is longer than all of them", () => {
    const networks = new Set<string>();
    for (const { tracepoint, args } of firstMinutes(30, { seed: 4 })) {
      if (!tracepoint.endsWith("bound_connection")) continue;
      const address = String(args.address);
      if (HOST.test(address)) {
        expect(address.length).toBeGreaterThan(68);
        continue;
      }
      const local = address.startsWith("127.0.0.1:");
      const network = networkOf(address);
      if (local) expect(["onion", "unroutable"]).toContain(args.network);
      else expect(network, address).toBe(args.network);
      networks.add(String(args.network));
    }
    expect([...networks].sort()).toEqual(["cjdns", "i2p", "ipv4", "ipv6", "onion", "unroutable"]);
  });
});
