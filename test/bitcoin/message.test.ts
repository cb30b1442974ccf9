import { describe, expect, it } from "vitest";
import type { NetworkAddress } from "../../src/bitcoin/address.ts";
import { serializeHeader } from "../../src/bitcoin/block.ts";
import { INVENTORY } from "../../src/bitcoin/inventory.ts";
import { type Message, serializePayload } from "../../src/bitcoin/message.ts";
import { SERVICES } from "../../src/bitcoin/version.ts";
import { bytes, GENESIS, GENESIS_COINBASE, GENESIS_COINBASE_HEX, hex } from "./vectors.ts";

const HASH = "11".repeat(32);
const PEER: NetworkAddress = { network: "ipv4", bytes: bytes("cb007107"), port: 8333 };
const HEADER = hex(serializeHeader(GENESIS.header));

describe("a payload", () => {
  it.each<[Message, string]>([
    [{ type: "verack" }, ""],
    [{ type: "ping", nonce: 0x0102030405060708n }, "0807060504030201"],
    [{ type: "feefilter", feeRate: 1000n }, "e803000000000000"],
    [{ type: "sendcmpct", highBandwidth: true, version: 2n }, "010200000000000000"],
    [{ type: "inv", items: [{ kind: INVENTORY.wtx, hash: bytes(HASH) }] }, `0105000000${HASH}`],
    [
      { type: "getdata", items: [{ kind: INVENTORY.witnessBlock, hash: bytes(HASH) }] },
      `0102000040${HASH}`,
    ],
    [{ type: "tx", transaction: GENESIS_COINBASE }, GENESIS_COINBASE_HEX],
    [{ type: "headers", headers: [GENESIS.header] }, `01${HEADER}00`],
    [
      { type: "getheaders", request: { version: 70016, locator: [bytes(HASH)], stop: null } },
      `8011010001${HASH}${"00".repeat(32)}`,
    ],
    [{ type: "block", block: GENESIS }, `${HEADER}01${GENESIS_COINBASE_HEX}`],
    [
      {
        type: "blocktxn",
        response: { blockHash: bytes(HASH), transactions: [GENESIS_COINBASE] },
      },
      `${HASH}01${GENESIS_COINBASE_HEX}`,
    ],
    [
      { type: "addr", entries: [{ time: 1, services: SERVICES.network, address: PEER }] },
      `01010000000100000000000000${"00".repeat(10)}ffffcb007107208d`,
    ],
    [
      { type: "addrv2", entries: [{ time: 1, services: 0x400n, address: PEER }] },
      "0101000000fd00040104cb007107208d",
    ],
  ])("of $type has the protocol's form", (message, payload) => {
    expect(hex(serializePayload(message))).toBe(payload);
  });

  it("of version has each field at its offset", () => {
    const payload = serializePayload({
      type: "version",
      version: {
        version: 70016,
        services: 0x409n,
        time: 1_700_000_000,
        receiver: PEER,
        nonce: 5n,
        userAgent: "/Satoshi:31.0.0/",
        startHeight: 930_000,
        relay: true,
      },
    });
    expect(hex(payload)).toBe(
      [
        "80110100", // version
        "0904000000000000", // services
        "00f1536500000000", // time
        "0904000000000000", // the receiver's services
        "00000000000000000000ffffcb007107208d",
        "0904000000000000", // the sender's services
        "00".repeat(18),
        "0500000000000000", // nonce
        `10${Buffer.from("/Satoshi:31.0.0/").toString("hex")}`,
        "d0300e00", // height
        "01",
      ].join(""),
    );
  });
});
