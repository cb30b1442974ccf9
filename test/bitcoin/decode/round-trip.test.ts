import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress } from "../../../src/bitcoin/address.ts";
import { type BlockHeader, blockHash } from "../../../src/bitcoin/block.ts";
import { decodeMessage } from "../../../src/bitcoin/decode/message.ts";
import type { GossipedAddress } from "../../../src/bitcoin/gossip.ts";
import { displayHash } from "../../../src/bitcoin/hash.ts";
import { INVENTORY } from "../../../src/bitcoin/inventory.ts";
import { type Message, serializePayload } from "../../../src/bitcoin/message.ts";
import {
  serializeTransaction,
  type Transaction,
  transactionId,
  transactionWeight,
  virtualSize,
  witnessTransactionId,
} from "../../../src/bitcoin/transaction.ts";
import { hex } from "../vectors.ts";
import { message } from "./arbitrary.ts";

const exact = (value: bigint) => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
};
const nonce = (value: bigint) => value.toString(16).padStart(16, "0");

const transactionTold = (transaction: Transaction) => ({
  txid: displayHash(transactionId(transaction)),
  wtxid: displayHash(witnessTransactionId(transaction)),
  size: serializeTransaction(transaction).length,
  vsize: virtualSize(transaction),
  weight: transactionWeight(transaction),
  version: transaction.version,
  inputs: transaction.inputs.map(({ previous, scriptSig, sequence, witness }) => ({
    txid: displayHash(previous.txid),
    vout: previous.vout,
    script_sig: hex(scriptSig),
    sequence,
    ...(witness.length > 0 && { witness: witness.map(hex) }),
  })),
  outputs: transaction.outputs.map(({ value, scriptPubKey }) => ({
    value: exact(value),
    script_pubkey: hex(scriptPubKey),
  })),
  lock_time: transaction.lockTime,
});

const headerTold = (header: BlockHeader) => ({
  hash: displayHash(blockHash(header)),
  version: header.version,
  previous_block: displayHash(header.previousBlock),
  merkle_root: displayHash(header.merkleRoot),
  time: header.time,
  bits: header.bits.toString(16).padStart(8, "0"),
  nonce: header.nonce,
});

const entryTold = ({ time, services, address }: GossipedAddress) => ({
  time,
  services: exact(services),
  network: address.network,
  address: formatAddress(address),
});

const KIND_NAMES = new Map<number, string>(
  Object.entries(INVENTORY).map(([name, kind]) => [
    kind,
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ]),
);

/** What a decoder must tell of a message, from the message itself. */
function told(message: Message): object {
  switch (message.type) {
    case "version": {
      const { version } = message;
      const services = exact(version.services);
      const receiver = version.receiver!;
      return {
        version: version.version,
        services,
        time: version.time,
        receiver: { services, network: receiver.network, address: formatAddress(receiver) },
        sender: { services, network: "ipv6", address: "[::]:0" },
        nonce: nonce(version.nonce),
        user_agent: version.userAgent,
        start_height: version.startHeight,
        relay: version.relay,
      };
    }
    case "sendcmpct":
      return { high_bandwidth: message.highBandwidth, version: exact(message.version) };
    case "ping":
    case "pong":
      return { nonce: nonce(message.nonce) };
    case "feefilter":
      return { fee_rate: exact(message.feeRate) };
    case "addr":
    case "addrv2":
      return { entries: message.entries.map(entryTold) };
    case "inv":
    case "getdata":
    case "notfound":
      return {
        items: message.items.map(({ kind, hash }) => ({
          kind: KIND_NAMES.get(kind) ?? kind,
          hash: displayHash(hash),
        })),
      };
    case "tx":
      return transactionTold(message.transaction);
    case "getheaders": {
      const { version, locator, stop } = message.request;
      return {
        version,
        locator: locator.map(displayHash),
        stop: displayHash(stop ?? new Uint8Array(32)),
      };
    }
    case "headers":
      return { headers: message.headers.map(headerTold) };
    case "block":
      return {
        header: headerTold(message.block.header),
        transactions: message.block.transactions.map(transactionTold),
      };
    case "cmpctblock":
      return {
        header: headerTold(message.block.header),
        nonce: nonce(message.block.nonce),
        short_ids: message.block.shortIds.map(hex),
        prefilled: message.block.prefilled.map(({ index, transaction }) => ({
          index,
          transaction: transactionTold(transaction),
        })),
      };
    case "getblocktxn":
      return {
        block_hash: displayHash(message.request.blockHash),
        indexes: message.request.indexes,
      };
    case "blocktxn":
      return {
        block_hash: displayHash(message.response.blockHash),
        transactions: message.response.transactions.map(transactionTold),
      };
    default:
      return {};
  }
}

describe("a serialised message", () => {
  it("is decoded to the same values", () => {
    fc.assert(
      fc.property(message, (written) => {
        expect(decodeMessage(written.type, serializePayload(written))).toEqual({
          type: written.type,
          ...told(written),
        });
      }),
      { numRuns: 1000 },
    );
  });

  it("is separated from bytes after it", () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 1, max: 40 }), (written, count) => {
        // A ping or version may end early, but these are whole.
        const payload = Buffer.concat([serializePayload(written), new Uint8Array(count)]);
        expect(decodeMessage(written.type, payload)).toEqual({
          type: written.type,
          ...told(written),
          trailing: count,
        });
      }),
    );
  });
});
