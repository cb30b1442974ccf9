/** Messages as the writers take them, for tests with many. */
import fc from "fast-check";
import { NETWORKS, type Network, type NetworkAddress } from "../../../src/bitcoin/address.ts";
import type { BlockHeader } from "../../../src/bitcoin/block.ts";
import type { GossipedAddress } from "../../../src/bitcoin/gossip.ts";
import type { Message } from "../../../src/bitcoin/message.ts";
import type { Transaction } from "../../../src/bitcoin/transaction.ts";

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const hash = bytes(32);
const u32 = fc.nat(0xffff_ffff);
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const services = fc.oneof(fc.bigInt({ min: 0n, max: 0xffffn }), fc.bigInt(0n, 2n ** 53n - 1n));
const few = <T>(item: fc.Arbitrary<T>, minLength = 0) =>
  fc.array(item, { minLength, maxLength: 4 });

export const transaction: fc.Arbitrary<Transaction> = fc.record({
  version: u32,
  inputs: few(
    fc.record({
      previous: fc.record({ txid: hash, vout: u32 }),
      scriptSig: bytes(0, 300),
      sequence: u32,
      witness: few(bytes(0, 300)),
    }),
    1,
  ),
  outputs: few(
    fc.record({
      value: fc.oneof(
        fc.bigInt(0n, 21_000_000n * 10n ** 8n),
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      ),
      scriptPubKey: bytes(0, 300),
    }),
  ),
  lockTime: u32,
});

const header: fc.Arbitrary<BlockHeader> = fc.record({
  version: i32,
  previousBlock: hash,
  merkleRoot: hash,
  time: u32,
  bits: u32,
  nonce: u32,
});

export const block = fc.record({ header, transactions: few(transaction, 1) });

const addressOf = (...networks: Network[]): fc.Arbitrary<NetworkAddress> =>
  fc.constantFrom(...networks).chain((network) =>
    fc.record({
      network: fc.constant(network),
      bytes: bytes(NETWORKS[network].length),
      port: fc.nat(0xffff),
    }),
  );
const ALL_NETWORKS = Object.keys(NETWORKS) as Network[];

const entries = (...networks: Network[]): fc.Arbitrary<GossipedAddress[]> =>
  few(fc.record({ time: u32, services, address: addressOf(...networks) }));

const ascending = fc
  .uniqueArray(fc.nat(0xffff), { maxLength: 6 })
  .map((indexes) => indexes.sort((a, b) => a - b));

export const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant("version" as const),
    version: fc.record({
      version: i32,
      services: u64,
      time: fc.nat(),
      receiver: addressOf("ipv4", "ipv6"),
      nonce: u64,
      userAgent: fc.string({ unit: "grapheme", maxLength: 40 }),
      startHeight: i32,
      relay: fc.boolean(),
    }),
  }),
  fc.record({
    type: fc.constantFrom("verack", "wtxidrelay", "sendaddrv2", "sendheaders", "getaddr"),
  }),
  fc.record({
    type: fc.constant("sendcmpct" as const),
    highBandwidth: fc.boolean(),
    version: u64,
  }),
  fc.record({ type: fc.constantFrom("ping", "pong"), nonce: u64 }),
  fc.record({
    type: fc.constant("feefilter" as const),
    feeRate: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  }),
  fc.record({ type: fc.constant("addr" as const), entries: entries("ipv4", "ipv6") }),
  fc.record({ type: fc.constant("addrv2" as const), entries: entries(...ALL_NETWORKS) }),
  fc.record({
    type: fc.constantFrom("inv", "getdata", "notfound"),
    items: few(fc.record({ kind: fc.oneof(fc.nat(7), u32), hash })),
  }),
  fc.record({ type: fc.constant("tx" as const), transaction }),
  fc.record({
    type: fc.constant("getheaders" as const),
    request: fc.record({ version: i32, locator: few(hash), stop: fc.option(hash) }),
  }),
  fc.record({ type: fc.constant("headers" as const), headers: few(header) }),
  fc.record({ type: fc.constant("block" as const), block }),
  fc.record({
    type: fc.constant("cmpctblock" as const),
    block: fc.record({
      header,
      nonce: u64,
      shortIds: few(bytes(6)),
      prefilled: ascending.chain((indexes) =>
        fc.tuple(...indexes.map((index) => fc.record({ index: fc.constant(index), transaction }))),
      ),
    }),
  }),
  fc.record({
    type: fc.constant("getblocktxn" as const),
    request: fc.record({ blockHash: hash, indexes: ascending }),
  }),
  fc.record({
    type: fc.constant("blocktxn" as const),
    response: fc.record({ blockHash: hash, transactions: few(transaction) }),
  }),
);
