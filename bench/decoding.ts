/**
 * `npm run bench:decoding`: how fast P2P payloads are decoded; docs/p2p-messages.md has the figures. The messages are the simulated node's; the
 * block is as large as the network's and consists of relayed transactions. It needs no privileges.
 *
 *     --quick   shorter rounds
 */
import { parseArgs } from "node:util";
import { BlockView } from "#src/bitcoin/decode/block-view.js";
import { InventoryView } from "#src/bitcoin/decode/inventory-view.js";
import { decodeMessage } from "#src/bitcoin/decode/message.js";
import type { TransactionView } from "#src/bitcoin/decode/transaction-view.js";
import { sha256d } from "#src/bitcoin/hash.js";
import { INVENTORY, serializeInventory } from "#src/bitcoin/inventory.js";
import { ByteWriter } from "#src/bitcoin/writer.js";
import { simulate } from "#src/simulate/simulation.js";
import { shown, table } from "./table.ts";

const { values: options } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const BLOCK_SIZE = 1_600_000;
const HEADER_LENGTH = 80;
const ROUNDS = 7;
/** A round repeats the work for this long. */
const ROUND_MS = options.quick ? 20 : 300;

/** The first payloads of a type, until they have `enough` bytes. */
function payloads(type: string, enough: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let bytes = 0;
  for (const { args } of simulate({ seed: 1 })) {
    const { msg_type, payload } = args;
    if (msg_type !== type || !(payload instanceof Uint8Array) || payload.length === 0) continue;
    found.push(payload);
    bytes += payload.length;
    if (bytes >= enough) break;
  }
  return found;
}

/** Times a second that `work` runs, in the fastest round. */
function rate(work: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    let times = 0;
    let elapsed = 0;
    while (elapsed < ROUND_MS) {
      work();
      times++;
      elapsed = performance.now() - begin;
    }
    return (1000 * times) / elapsed;
  });
  return Math.max(...rounds);
}

const transactions = payloads("tx", BLOCK_SIZE);
const block = Buffer.concat([
  payloads("block", 1)[0]!.subarray(0, HEADER_LENGTH),
  new ByteWriter().compactSize(transactions.length).finish(),
  ...transactions,
]);
const hashes = transactions.map((transaction) => sha256d(transaction));
const inv = serializeInventory(hashes.map((hash) => ({ kind: INVENTORY.wtx, hash })));
const addrv2 = payloads("addrv2", 100_000).find(({ length }) => length > 10_000);
if (addrv2 === undefined) throw new Error("the simulated node sent no large addrv2");

/** A sum over everything decoded, which keeps the engine from removing the work. */
let seen = 0;

const readBlock = (read: (transaction: TransactionView) => number) => () => {
  for (const transaction of new BlockView(block).transactions()) seen += read(transaction);
};

const readInventory = (read: (inventory: InventoryView, i: number) => number) => () => {
  const inventory = new InventoryView(inv);
  for (let i = 0; i < inventory.length; i++) seen += read(inventory, i);
};

const decode = (type: string, payload: Uint8Array) => () => {
  seen += decodeMessage(type, payload).type.length;
};

const header = () => {
  seen += new BlockView(block).header?.time ?? 0;
};

type Work = [what: string, work: () => void, payload: Uint8Array | null, entries: number];

const WORK: readonly Work[] = [
  ["block, its header", header, null, 1],
  ["block, sizes", readBlock(({ size }) => size), block, transactions.length],
  ["block, txids", readBlock(({ txid }) => txid.length), block, transactions.length],
  [
    "block, txids and wtxids",
    readBlock(({ txid, wtxid }) => txid.length + wtxid.length),
    block,
    transactions.length,
  ],
  ["block, everything", decode("block", block), block, transactions.length],
  ["inv, kinds", readInventory((items, i) => String(items.kind(i)).length), inv, hashes.length],
  ["inv, hashes", readInventory((items, i) => items.hash(i).length), inv, hashes.length],
  ["inv, everything", decode("inv", inv), inv, hashes.length],
  [
    "addrv2, everything",
    decode("addrv2", addrv2),
    addrv2,
    new DataView(addrv2.buffer, addrv2.byteOffset).getUint16(1, true),
  ],
  ["tx, everything", decode("tx", transactions[0]!), transactions[0]!, 1],
];
console.log(
  `a block of ${shown(block.length)} bytes with ${shown(transactions.length)} transactions, ` +
    `${shown(hashes.length)} inventory entries`,
);
const rows = WORK.map(([what, work, payload, entries]) => {
  const times = rate(work);
  const megabytes = payload && Math.round((times * payload.length) / 1e6);
  return [what, megabytes, Math.round(times * entries)];
});
console.log(table(["what", "MB/s", "entries/s"], rows));
if (seen === 0) throw new Error("nothing was decoded");
