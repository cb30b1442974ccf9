/** Coins that the first block adds and the second one spends. */
export const COINS = 20_000;
const INPUTS = 50;
const VALUE = 100_000n;
/** OP_TRUE: anybody can spend it. */
const SCRIPT = Buffer.from([1, 0x51]);

type Outpoint = readonly [txid: string, vout: number];

/** A transaction in hex digits that makes the coins of one. */
export function addingTransaction(coin: Outpoint): string {
  return transaction([coin], COINS);
}

/** Transactions in hex digits that spend the coins of `addingTransaction`. */
export function spendingTransactions(txid: string): string[] {
  return Array.from({ length: COINS / INPUTS }, (_, i) =>
    transaction(
      Array.from({ length: INPUTS }, (_, k): Outpoint => [txid, i * INPUTS + k]),
      1,
    ),
  );
}

function transaction(inputs: readonly Outpoint[], outputs: number): string {
  const value = Buffer.alloc(8);
  value.writeBigInt64LE(VALUE);
  const spent = inputs.map(([txid, vout]) => {
    const index = Buffer.alloc(4);
    index.writeUInt32LE(vout);
    return Buffer.concat([
      Buffer.from(txid, "hex").reverse(),
      index,
      Buffer.from("00ffffffff", "hex"),
    ]);
  });
  return Buffer.concat([
    Buffer.from("02000000", "hex"),
    ...[compactSize(inputs.length), ...spent],
    ...[compactSize(outputs), ...Array<Buffer>(outputs).fill(Buffer.concat([value, SCRIPT]))],
    Buffer.alloc(4),
  ]).toString("hex");
}

function compactSize(count: number): Buffer {
  return count < 0xfd ? Buffer.from([count]) : Buffer.from([0xfd, count & 0xff, count >> 8]);
}
