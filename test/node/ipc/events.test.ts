import { expect, it } from "vitest";
import { displayHash } from "../../../src/bitcoin/hash.ts";
import {
  serializeTransaction,
  type Transaction,
  transactionId,
  virtualSize,
} from "../../../src/bitcoin/transaction.ts";
import { summaryOf } from "../../../src/node/ipc/events.ts";

const TRANSACTION: Transaction = {
  version: 2,
  inputs: [
    {
      previous: { txid: new Uint8Array(32).fill(7), vout: 1 },
      scriptSig: new Uint8Array(0),
      sequence: 0xffff_fffd,
      witness: [new Uint8Array(64)],
    },
  ],
  outputs: [{ value: 1000n, scriptPubKey: new Uint8Array(34) }],
  lockTime: 0,
};

it("a transaction has its txid and virtual size, and other bytes have none", () => {
  const bytes = serializeTransaction(TRANSACTION);
  const txid = displayHash(transactionId(TRANSACTION));
  expect(summaryOf(bytes)).toEqual({ txid, vsize: virtualSize(TRANSACTION) });
  expect(summaryOf(bytes.subarray(0, -1))).toBeNull();
  expect(summaryOf(Buffer.concat([bytes, bytes]))).toBeNull();
  expect(summaryOf(new Uint8Array(0))).toBeNull();
});
