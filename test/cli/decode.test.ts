import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as bitcoinjs from "bitcoinjs-lib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serializeBlock } from "../../src/bitcoin/block.ts";
import { displayHash } from "../../src/bitcoin/hash.ts";
import { MESSAGE_TYPES } from "../../src/bitcoin/message-types.ts";
import { serializeTransaction } from "../../src/bitcoin/transaction.ts";
import { block, transaction } from "../bitcoin/decode/arbitrary.ts";
import { BITCOIND, BitcoinNode } from "../helpers/bitcoin-node.ts";
import { REPOSITORY } from "../helpers/command.ts";
import type { RpcTransaction } from "../helpers/rpc-transaction.ts";
import { temporaryDirectory } from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

const INV = `0105000000${"ab".repeat(32)}`;
const GENESIS_COINBASE =
  "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

async function decoded(type: string, hex: string) {
  const { stdout, status } = await corelens("decode", type, hex, "--json");
  return { status, message: JSON.parse(stdout) };
}

/** Runs the built program with a standard input. */
function piped(input: Uint8Array | string, ...args: string[]) {
  const program = [`${REPOSITORY}bin/corelens`, "decode", ...args];
  return spawnSync(process.execPath, program, { input, encoding: "utf8", maxBuffer: 1 << 30 });
}

/** The message with its header. */
function framed(type: string, payload: Buffer, magic = "fabfb5da"): Buffer {
  const head = Buffer.alloc(24);
  head.write(magic, "hex");
  head.write(type, 4, "latin1");
  head.writeUInt32LE(payload.length, 16);
  const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
  sha256(sha256(payload)).copy(head, 20, 0, 4);
  return Buffer.concat([head, payload]);
}

describe("corelens decode", () => {
  it("prints a message as text and as JSON", async () => {
    const { stdout, status } = await corelens("decode", "inv", INV);
    expect(stdout).toBe(
      `type   inv\nitems  1\n  [0]\n    kind  wtx\n    hash  ${"ab".repeat(32)}\n`,
    );
    expect(status).toBe(0);
    const items = [{ kind: "wtx", hash: "ab".repeat(32) }];
    expect(await decoded("inv", INV)).toEqual({
      status: 0,
      message: { schema: 2, type: "inv", items },
    });
  });

  it("agrees with bitcoinjs-lib on transactions and blocks", async () => {
    const whole = (value: bigint) => value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER);
    await fc.assert(
      fc.asyncProperty(transaction, block, async (tx, someBlock) => {
        fc.pre(
          [tx, ...someBlock.transactions].every((t) => t.outputs.every((o) => whole(o.value))),
        );
        const { message } = await decoded("tx", hexOf(serializeTransaction(tx)));
        const theirs = bitcoinjs.Transaction.fromBuffer(Buffer.from(serializeTransaction(tx)));
        expect(message).toMatchObject({
          ...{ txid: theirs.getId(), wtxid: displayHash(theirs.getHash(true)) },
          ...{ vsize: theirs.virtualSize(), version: theirs.version, lock_time: theirs.locktime },
        });
        expect(message.inputs).toHaveLength(theirs.ins.length);
        const bytes = Buffer.from(serializeBlock(someBlock));
        const decodedBlock = (await decoded("block", hexOf(bytes))).message;
        expect(decodedBlock.header.hash).toBe(bitcoinjs.Block.fromBuffer(bytes).getId());
      }),
      { numRuns: 20 },
    );
  });

  it("accepts hex digits or raw bytes on standard input", () => {
    for (const input of [`${GENESIS_COINBASE}\n`, Buffer.from(GENESIS_COINBASE, "hex")]) {
      const { stdout, status } = piped(input, "tx");
      expect(stdout).toContain(
        "txid       4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b\n",
      );
      expect(status).toBe(0);
    }
  });

  it("accepts a message with its header, and reports errors in the header", async () => {
    const message = framed("inv", Buffer.from(INV, "hex"));
    expect((await decoded("inv", hexOf(message))).message.items).toHaveLength(1);
    const other = await corelens("decode", "tx", hexOf(message));
    expect(other.stderr).toContain("USAGE: the type in the message's header is inv");
    message[20]! ^= 1;
    const wrong = await corelens("decode", "inv", hexOf(message));
    expect(wrong.stderr).toContain("the checksum in the message's header is wrong");
    expect(wrong.status).toBe(1);
    const cut = await corelens("decode", "inv", hexOf(message.subarray(0, 40)), "--json");
    expect(JSON.parse(cut.stdout).incomplete).toMatchObject({ reason: "cut" });
  });

  it("prints the readable part of an incomplete message and exits with 1", async () => {
    const { stdout, stderr, status } = await corelens("decode", "inv", INV.slice(0, 60));
    expect(stdout).toContain("items       0\n");
    expect(stderr).toContain("incomplete: items[0]");
    expect(status).toBe(1);
    const more = await corelens("decode", "inv", `${INV}00`);
    expect(more.stderr).toContain("1 byte after the last field");
    expect(more.status).toBe(1);
  });

  it.each([
    [["txx", "00"], "unknown message type txx\n  → did you mean tx?"],
    [["tx", "0"], "has 1 hex digits, an odd number"],
    [["tx", "00zz"], "character 3 of the message is not a hex digit"],
  ])("refuses %j", async (args, message) => {
    const { stderr, status } = await corelens("decode", ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it("shows any bytes as any type without control characters", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MESSAGE_TYPES),
        fc.uint8Array({ maxLength: 200 }),
        async (type, bytes) => {
          const { stdout, stderr, status } = await corelens("decode", type, hexOf(bytes) || "00");
          expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
          expect([0, 1]).toContain(status);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("shows millions of entries", () => {
    const witness = Buffer.alloc(1_000_000);
    const head = `02000000${"0001"}01${"00".repeat(36)}00ffffffff00fe40420f00`;
    const tx = Buffer.concat([Buffer.from(head, "hex"), witness, Buffer.alloc(4)]);
    const { stdout, status } = piped(tx, "tx");
    expect(stdout).toContain("witness     1000000\n");
    expect(status).toBe(0);
  });
});

describe.skipIf(!BITCOIND)("corelens decode with a real node's data (CORELENS_BITCOIND)", () => {
  it("agrees with bitcoin-cli decoderawtransaction and getblock", async () => {
    const node = await BitcoinNode.start(temporaryDirectory());
    try {
      await node.rpc("createwallet", "w");
      await node.rpc("generatetoaddress", 101, await node.rpc("getnewaddress"));
      const txid = await node.rpc("sendtoaddress", await node.rpc("getnewaddress"), 1);
      const raw = await node.rpc("getrawtransaction", txid);
      const theirs = await node.query<RpcTransaction>("decoderawtransaction", raw);
      const { message } = await decoded("tx", raw);
      expect(message).toMatchObject({
        ...{ txid: theirs.txid, wtxid: theirs.hash, size: theirs.size, vsize: theirs.vsize },
        ...{ weight: theirs.weight, version: theirs.version, lock_time: theirs.locktime },
        inputs: theirs.vin.map((input) => ({
          ...{ txid: input.txid, vout: input.vout, sequence: input.sequence },
        })),
        outputs: theirs.vout.map((output) => ({
          value: Math.round(output.value * 1e8),
          script_pubkey: output.scriptPubKey.hex,
        })),
      });
      const [hash] = await node.query<string[]>(
        "generatetoaddress",
        1,
        await node.rpc("getnewaddress"),
      );
      const block = await decoded("block", await node.rpc("getblock", hash!, 0));
      expect(block.message.header.hash).toBe(hash);
      const ids = block.message.transactions.map(({ txid }: { txid: string }) => txid);
      expect(ids).toContain(txid);
    } finally {
      await node.stop();
    }
  });
});
