import type { Block } from "../../src/bitcoin/block.ts";
import type { Transaction } from "../../src/bitcoin/transaction.ts";

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

export function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex");
}

export const GENESIS_COINBASE_HEX =
  "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

export const GENESIS_COINBASE: Transaction = {
  version: 1,
  inputs: [
    {
      previous: { txid: new Uint8Array(32), vout: 0xffff_ffff },
      scriptSig: bytes(
        "04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73",
      ),
      sequence: 0xffff_ffff,
      witness: [],
    },
  ],
  outputs: [
    {
      value: 5_000_000_000n,
      scriptPubKey: bytes(
        "4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac",
      ),
    },
  ],
  lockTime: 0,
};

export const GENESIS: Block = {
  header: {
    version: 1,
    previousBlock: new Uint8Array(32),
    merkleRoot: bytes("3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"),
    time: 1_231_006_505,
    bits: 0x1d00_ffff,
    nonce: 2_083_236_893,
  },
  transactions: [GENESIS_COINBASE],
};
