import { describe, expect, it } from "vitest";
import { blockHash, merkleRoot, serializeBlock, serializeHeader } from "../../src/bitcoin/block.ts";
import { displayHash, hashFromDisplay } from "../../src/bitcoin/hash.ts";
import { transactionId } from "../../src/bitcoin/transaction.ts";
import { GENESIS, GENESIS_COINBASE, GENESIS_COINBASE_HEX, hex } from "./vectors.ts";

describe("the genesis block", () => {
  it("has its hash", () => {
    expect(displayHash(blockHash(GENESIS.header))).toBe(
      "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    );
  });

  it("has 285 bytes: the header, the number of transactions and the coinbase", () => {
    const serialized = hex(serializeBlock(GENESIS));
    expect(serialized).toBe(`${hex(serializeHeader(GENESIS.header))}01${GENESIS_COINBASE_HEX}`);
    expect(serialized.length).toBe(2 * 285);
  });

  it("has its coinbase's txid as Merkle root", () => {
    expect(merkleRoot([transactionId(GENESIS_COINBASE)])).toEqual(GENESIS.header.merkleRoot);
  });
});

describe("a Merkle root", () => {
  const rootOf = (txids: string[]) => displayHash(merkleRoot(txids.map(hashFromDisplay)));

  it("matches block 170 with two transactions", () => {
    expect(
      rootOf([
        "b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082",
        "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16",
      ]),
    ).toBe("7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff");
  });

  it("matches block 100000 with four transactions", () => {
    expect(
      rootOf([
        "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
        "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
        "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
        "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
      ]),
    ).toBe("f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766");
  });

  it("repeats the last hash of an odd level", () => {
    const [a, b, c] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    expect(merkleRoot([a!, b!, c!])).toEqual(merkleRoot([a!, b!, c!, c!]));
  });
});
