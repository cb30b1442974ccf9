import { describe, expect, it } from "vitest";
import { displayHash, hashFromDisplay } from "../../src/bitcoin/hash.ts";
import {
  serializeTransaction,
  type Transaction,
  transactionId,
  transactionWeight,
  virtualSize,
  witnessTransactionId,
} from "../../src/bitcoin/transaction.ts";
import { bytes, GENESIS_COINBASE, GENESIS_COINBASE_HEX, hex } from "./vectors.ts";

/** The signed transaction of BIP 143's example "Native P2WPKH": one legacy input and one with a witness. */
const BIP143: Transaction = {
  version: 1,
  inputs: [
    {
      previous: {
        txid: bytes("fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f"),
        vout: 0,
      },
      scriptSig: bytes(
        "4830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01",
      ),
      sequence: 0xffff_ffee,
      witness: [],
    },
    {
      previous: {
        txid: bytes("ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a"),
        vout: 1,
      },
      scriptSig: bytes(""),
      sequence: 0xffff_ffff,
      witness: [
        bytes(
          "304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee01",
        ),
        bytes("025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357"),
      ],
    },
  ],
  outputs: [
    {
      value: 112_340_000n,
      scriptPubKey: bytes("76a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac"),
    },
    {
      value: 223_450_000n,
      scriptPubKey: bytes("76a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac"),
    },
  ],
  lockTime: 17,
};

const BIP143_HEX =
  "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee635711000000";

describe("a legacy transaction", () => {
  it("is serialised like the coinbase of the genesis block", () => {
    expect(hex(serializeTransaction(GENESIS_COINBASE))).toBe(GENESIS_COINBASE_HEX);
  });

  it("has the known txid, and the same wtxid", () => {
    const txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
    expect(displayHash(transactionId(GENESIS_COINBASE))).toBe(txid);
    expect(displayHash(witnessTransactionId(GENESIS_COINBASE))).toBe(txid);
  });

  it("weighs four times its size", () => {
    expect(transactionWeight(GENESIS_COINBASE)).toBe(4 * 204);
    expect(virtualSize(GENESIS_COINBASE)).toBe(204);
  });
});

describe("a segwit transaction", () => {
  it("is serialised like the example in BIP 143", () => {
    expect(hex(serializeTransaction(BIP143))).toBe(BIP143_HEX);
  });

  it("has a txid without the witness and a wtxid with it", () => {
    expect(displayHash(transactionId(BIP143))).toBe(
      "e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609",
    );
    expect(displayHash(witnessTransactionId(BIP143))).toBe(
      "c36c38370907df2324d9ce9d149d191192f338b37665a82e78e76a12c909b762",
    );
  });

  it("counts witness bytes a quarter, rounded up", () => {
    expect(transactionWeight(BIP143)).toBe(3 * 233 + 343);
    expect(virtualSize(BIP143)).toBe(261);
  });
});

describe("a hash", () => {
  it("is displayed last byte first and parsed back", () => {
    const txid = transactionId(BIP143);
    expect(hashFromDisplay(displayHash(txid))).toEqual(txid);
  });
});
