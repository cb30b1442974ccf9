import { describe, expect, it } from "vitest";
import { serializeHeader } from "../../src/bitcoin/block.ts";
import {
  compactBlock,
  serializeCompactBlock,
  serializeGetBlockTransactions,
} from "../../src/bitcoin/compact-block.ts";
import { shortTransactionId } from "../../src/bitcoin/siphash.ts";
import { GENESIS, GENESIS_COINBASE_HEX, hex } from "./vectors.ts";

describe("a short transaction id", () => {
  it("is the low 48 bits of SipHash-2-4", () => {
    // Key and message of the reference vectors, 32 bytes long: 7127512f72f27cce.
    const message = Uint8Array.from({ length: 32 }, (_, i) => i);
    const id = shortTransactionId([0x03020100, 0x07060504], [0x0b0a0908, 0x0f0e0d0c], message);
    expect(hex(id)).toBe("ce7cf2722f51");
  });
});

describe("a compact block", () => {
  it("contains the full coinbase and short ids of the other transactions", () => {
    const block = {
      ...GENESIS,
      transactions: [GENESIS.transactions[0]!, GENESIS.transactions[0]!],
    };
    const compact = compactBlock(block, 7n);
    expect(compact.shortIds).toHaveLength(1);
    expect(hex(serializeCompactBlock(compact))).toBe(
      `${hex(serializeHeader(block.header))}0700000000000000` +
        `01${hex(compact.shortIds[0]!)}0100${GENESIS_COINBASE_HEX}`,
    );
  });

  it("requests missing transactions by index differences", () => {
    const request = { blockHash: new Uint8Array(32), indexes: [3, 4, 9] };
    expect(hex(serializeGetBlockTransactions(request))).toBe(`${"00".repeat(32)}03030004`);
  });
});
