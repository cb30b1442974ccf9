import { describe, expect, it } from "vitest";
import {
  formatAddress,
  type NetworkAddress,
  writeAddressV1,
  writeAddressV2,
} from "../../src/bitcoin/address.ts";
import { ByteWriter } from "../../src/bitcoin/writer.ts";
import { bytes, hex } from "./vectors.ts";

const ONION = "79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f";
const I2P = "a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87";

function address(network: NetworkAddress["network"], text: string, port = 8333): NetworkAddress {
  return { network, bytes: bytes(text), port };
}

describe("an address is printed as Core prints it", () => {
  it.each([
    [address("ipv4", "cb007107"), "203.0.113.7:8333"],
    [address("ipv6", "20010db8000000000000000000000007", 18333), "[2001:db8::7]:18333"],
    [address("ipv6", "20010db8000000010000000000000007"), "[2001:db8:0:1::7]:8333"],
    [address("ipv6", "20010db8000100020003000400050000"), "[2001:db8:1:2:3:4:5:0]:8333"],
    [address("ipv6", "00000000000000000000000000000000", 0), "[::]:0"],
    [
      address("onion", ONION),
      "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333",
    ],
    [address("i2p", I2P, 0), "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p:0"],
    [address("cjdns", "fc000001000200030004000500060007"), "[fc00:1:2:3:4:5:6:7]:8333"],
  ])("%j", (given, printed) => {
    expect(formatAddress(given)).toBe(printed);
  });
});

describe("an address on the wire", () => {
  const v1 = (given: NetworkAddress | null) => {
    const writer = new ByteWriter();
    writeAddressV1(writer, given);
    return hex(writer.finish());
  };
  const v2 = (given: NetworkAddress) => {
    const writer = new ByteWriter();
    writeAddressV2(writer, given);
    return hex(writer.finish());
  };

  it("has an IPv4 address mapped into IPv6, and the port in network order", () => {
    expect(v1(address("ipv4", "cb007107"))).toBe("00000000000000000000ffffcb007107208d");
  });

  it("is all zeros if the form does not support it", () => {
    expect(v1(address("onion", ONION))).toBe("00".repeat(18));
    expect(v1(null)).toBe("00".repeat(18));
  });

  it("has network number and length in the form of BIP 155", () => {
    expect(v2(address("ipv4", "cb007107"))).toBe("0104cb007107208d");
    expect(v2(address("onion", ONION))).toBe(`0420${ONION}208d`);
    expect(v2(address("i2p", I2P, 0))).toBe(`0520${I2P}0000`);
  });
});
