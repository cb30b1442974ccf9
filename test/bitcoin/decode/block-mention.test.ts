import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BlockHeader, serializeBlock } from "../../../src/bitcoin/block.ts";
import { compactBlock } from "../../../src/bitcoin/compact-block.ts";
import { blocksIn } from "../../../src/bitcoin/decode/block-mention.ts";
import { hashFromDisplay } from "../../../src/bitcoin/hash.ts";
import { INVENTORY } from "../../../src/bitcoin/inventory.ts";
import { type Message, serializePayload } from "../../../src/bitcoin/message.ts";
import { GENESIS } from "../vectors.ts";

const GENESIS_HASH = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
const blockHash = hashFromDisplay(GENESIS_HASH);
const transaction = GENESIS.transactions[0]!;

const mentions = (message: Message) => blocksIn(message.type, serializePayload(message));

describe("the blocks in a message", () => {
  it("are those whose headers, inventory or transactions it has", () => {
    const items = [
      { kind: INVENTORY.wtx, hash: blockHash },
      { kind: INVENTORY.block, hash: blockHash },
      { kind: INVENTORY.witnessBlock, hash: blockHash },
      { kind: INVENTORY.compactBlock, hash: blockHash },
    ];
    const named = [{ hash: GENESIS_HASH }, { hash: GENESIS_HASH }];
    const asked = [...named, { hash: GENESIS_HASH, compact: true }];
    const { header } = GENESIS;
    expect(mentions({ type: "headers", headers: [header, header] })).toEqual(named);
    expect(mentions({ type: "inv", items })).toEqual(asked);
    expect(mentions({ type: "getdata", items })).toEqual(asked);
    expect(mentions({ type: "block", block: GENESIS })).toEqual([
      { hash: GENESIS_HASH, transactions: 1 },
    ]);
    const many = { ...GENESIS, transactions: Array(300).fill(transaction) };
    expect(mentions({ type: "cmpctblock", block: compactBlock(many, 1n) })).toEqual([
      { hash: GENESIS_HASH, transactions: 299 },
    ]);
    const request = { blockHash, indexes: [3, 4, 9] };
    expect(mentions({ type: "getblocktxn", request })).toEqual([
      { hash: GENESIS_HASH, transactions: 3 },
    ]);
    const response = { blockHash, transactions: [transaction] };
    expect(mentions({ type: "blocktxn", response })).toEqual([
      { hash: GENESIS_HASH, transactions: 1 },
    ]);
    expect(mentions({ type: "tx", transaction })).toEqual([]);
  });

  it("are only the complete ones in a cut payload", () => {
    const header: BlockHeader = { ...GENESIS.header, nonce: 1 };
    const headers = Array.from({ length: 2000 }, () => header);
    const payload = serializePayload({ type: "headers", headers });
    expect(blocksIn("headers", payload)).toHaveLength(2000);
    expect(blocksIn("headers", payload.subarray(0, 4096))).toHaveLength(50);
    expect(blocksIn("headers", payload.subarray(0, 83))).toEqual([]);
    const block = serializeBlock(GENESIS);
    expect(blocksIn("block", block.subarray(0, 80))).toEqual([{ hash: GENESIS_HASH }]);
    expect(blocksIn("block", block.subarray(0, 79))).toEqual([]);
  });

  it("are found in any bytes without an error, and never more than fit", () => {
    const types = ["headers", "inv", "getdata", "block", "cmpctblock", "getblocktxn", "blocktxn"];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 400 }), (type, payload) => {
        const found = blocksIn(type, payload);
        expect(found.length).toBeLessThanOrEqual(payload.length / 32);
        for (const { hash } of found) expect(hash).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });
});
