import * as bitcoinjs from "bitcoinjs-lib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serializeBlock } from "../../../src/bitcoin/block.ts";
import { type DecodedMessage, decodeMessage } from "../../../src/bitcoin/decode/message.ts";
import { displayHash } from "../../../src/bitcoin/hash.ts";
import { serializeTransaction } from "../../../src/bitcoin/transaction.ts";
import { simulate } from "../../../src/simulate/simulation.ts";
import { hex } from "../vectors.ts";
import { block, transaction } from "./arbitrary.ts";

/** What bitcoinjs-lib reads, under the names that are used here. */
const transactionRead = (read: bitcoinjs.Transaction) => ({
  txid: read.getId(),
  wtxid: displayHash(read.getHash(true)),
  size: read.byteLength(),
  vsize: read.virtualSize(),
  weight: read.weight(),
  version: read.version,
  inputs: read.ins.map(({ hash, index, script, sequence, witness }) => ({
    txid: displayHash(hash),
    vout: index,
    script_sig: hex(script),
    sequence,
    ...(witness.length > 0 && { witness: witness.map(hex) }),
  })),
  outputs: read.outs.map(({ value, script }) => ({
    value: Number(value),
    script_pubkey: hex(script),
  })),
  lock_time: read.locktime,
});

const blockRead = (read: bitcoinjs.Block) => ({
  header: {
    hash: read.getId(),
    version: read.version,
    previous_block: displayHash(read.prevHash!),
    merkle_root: displayHash(read.merkleRoot!),
    time: read.timestamp,
    bits: read.bits.toString(16).padStart(8, "0"),
    nonce: read.nonce,
  },
  transactions: read.transactions!.map(transactionRead),
});

/** bitcoinjs-lib refuses amounts that a number cannot hold; as bigints it has no bounds. */
const isExact = (value: bigint) => value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);

const withoutType = ({ type, ...fields }: DecodedMessage) => fields;

describe("bitcoinjs-lib decodes the same values", () => {
  it("from a transaction", () => {
    fc.assert(
      fc.property(transaction, (given) => {
        fc.pre(given.outputs.every(({ value }) => isExact(value)));
        const payload = serializeTransaction(given);
        expect(withoutType(decodeMessage("tx", payload))).toEqual(
          transactionRead(bitcoinjs.Transaction.fromBuffer(payload)),
        );
      }),
    );
  });

  it("from a block", () => {
    fc.assert(
      fc.property(block, (given) => {
        fc.pre(given.transactions.every((t) => t.outputs.every(({ value }) => isExact(value))));
        const payload = serializeBlock(given);
        expect(withoutType(decodeMessage("block", payload))).toEqual(
          blockRead(bitcoinjs.Block.fromBuffer(Buffer.from(payload))),
        );
      }),
    );
  });

  it("from the messages of the simulated node", () => {
    let seen = 0;
    for (const { args } of simulate({ seed: 7 })) {
      if (args.msg_type !== "tx" && args.msg_type !== "block") continue;
      const payload = Buffer.from(args.payload as Uint8Array);
      expect(withoutType(decodeMessage(args.msg_type, payload))).toEqual(
        args.msg_type === "tx"
          ? transactionRead(bitcoinjs.Transaction.fromBuffer(payload))
          : blockRead(bitcoinjs.Block.fromBuffer(payload)),
      );
      if (++seen === 300) break;
    }
  });
});
