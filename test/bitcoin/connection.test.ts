import { describe, expect, it } from "vitest";
import { hiddenAddress, networkOfAddress } from "../../src/bitcoin/connection.ts";

const ONION = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333";
const I2P = "ngcxzswcy3gm53scuyqngcxzswcy3gm53scuyqngcxzswcy3gm53sa.b32.i2p:0";

describe("the network of an address", () => {
  it.each([
    ["203.0.113.7:8333", "ipv4"],
    ["127.0.0.1:40644", "unroutable"],
    ["192.168.1.2:8333", "unroutable"],
    ["172.31.0.1:8333", "unroutable"],
    ["172.32.0.1:8333", "ipv4"],
    ["[2001:db8::7]:8333", "ipv6"],
    ["[::1]:8333", "unroutable"],
    ["[fe80::1%eth0]:8333", "unroutable"],
    ["[fc5e:b65::918]:39790", "cjdns"],
    [ONION, "onion"],
    [I2P, "i2p"],
    ["bitcoin-1.example.org:8333", null],
    ["?", null],
  ])("%s is %s, also when --private hides the address", (address, network) => {
    expect(networkOfAddress(address)).toBe(network);
    expect(networkOfAddress(hiddenAddress(address))).toBe(network);
  });
});
