/**
 * How fast P2P payloads are decoded: `npm run build && node bench/decoding.js`; docs/p2p-messages.md has the table. The
 * messages are those of the simulated node; the block is as large as the network's and made of the transactions that
 * were relayed.
 */
import { BlockView } from "../dist/bitcoin/decode/block-view.js";
import { InventoryView } from "../dist/bitcoin/decode/inventory-view.js";
import { decodeMessage } from "../dist/bitcoin/decode/message.js";
import { sha256d } from "../dist/bitcoin/hash.js";
import { INVENTORY, serializeInventory } from "../dist/bitcoin/inventory.js";
import { ByteWriter } from "../dist/bitcoin/writer.js";
import { simulate } from "../dist/simulate/simulation.js";
import { shown, table } from "./table.js";

const BLOCK_SIZE = 1_600_000;
const HEADER_LENGTH = 80;
const ROUNDS = 7;
/** In ms; a round repeats the work for so long. */
const ROUND = 300;

/**
 * The first payloads of a type, until they are `enough` bytes.
 * @param {string} type
 * @param {number} enough
 * @returns {Uint8Array[]}
 */
function payloads(type, enough) {
  const found = [];
  let bytes = 0;
  for (const { args } of simulate({ seed: 1 })) {
    if (args.msg_type !== type || args.payload.length === 0) continue;
    found.push(args.payload);
    bytes += args.payload.length;
    if (bytes >= enough) return found;
  }
}

/**
 * Times a second that `work` can be done: the best of the rounds.
 * @param {() => void} work
 */
function rate(work) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    let times = 0;
    let elapsed = 0;
    while (elapsed < ROUND) {
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
  payloads("block", 1)[0].subarray(0, HEADER_LENGTH),
  new ByteWriter().compactSize(transactions.length).finish(),
  ...transactions,
]);
const hashes = transactions.map((transaction) => sha256d(transaction));
const inv = serializeInventory(hashes.map((hash) => ({ kind: INVENTORY.wtx, hash })));
const addrv2 = payloads("addrv2", 100_000).find(({ length }) => length > 10_000);

/** What was decoded, so that the engine cannot leave it out. */
let seen = 0;

/** @param {(transaction: import("../dist/bitcoin/decode/transaction-view.js").TransactionView) => number} look */
const lookAtBlock = (look) => () => {
  for (const transaction of new BlockView(block).transactions()) seen += look(transaction);
};

/** @param {(inventory: InventoryView, i: number) => number} look */
const lookAtInventory = (look) => () => {
  const inventory = new InventoryView(inv);
  for (let i = 0; i < inventory.length; i++) seen += look(inventory, i);
};

/** @param {string} type @param {Uint8Array} payload */
const decode = (type, payload) => () => {
  seen += decodeMessage(type, payload).type.length;
};

const header = () => {
  seen += new BlockView(block).header.time;
};

/** @type {[what: string, work: () => void, payload: Uint8Array | null, entries: number][]} */
const measured = [
  ["block, its header", header, null, 1],
  ["block, sizes", lookAtBlock(({ size }) => size), block, transactions.length],
  ["block, txids", lookAtBlock(({ txid }) => txid.length), block, transactions.length],
  [
    "block, txids and wtxids",
    lookAtBlock(({ txid, wtxid }) => txid.length + wtxid.length),
    block,
    transactions.length,
  ],
  ["block, everything", decode("block", block), block, transactions.length],
  ["inv, kinds", lookAtInventory((items, i) => items.kind(i).length), inv, hashes.length],
  ["inv, hashes", lookAtInventory((items, i) => items.hash(i).length), inv, hashes.length],
  ["inv, everything", decode("inv", inv), inv, hashes.length],
  [
    "addrv2, everything",
    decode("addrv2", addrv2),
    addrv2,
    new DataView(addrv2.buffer).getUint16(1, true),
  ],
  ["tx, everything", decode("tx", transactions[0]), transactions[0], 1],
];
console.log(
  `a block of ${shown(block.length)} bytes with ${shown(transactions.length)} transactions, ` +
    `${shown(hashes.length)} inventory entries`,
);
const rows = measured.map(([what, work, payload, entries]) => {
  const times = rate(work);
  const megabytes = payload && Math.round((times * payload.length) / 1e6);
  return [what, megabytes, Math.round(times * entries)];
});
console.log(table(["what", "MB/s", "entries/s"], rows));
if (seen === 0) throw new Error("nothing was decoded");
