import { InvalidArgumentError } from "commander";
import { type LifeOptions, lifeCommand, showLife } from "../../terminal/life-command.ts";

export const command = lifeCommand("tx", {
  argument: "<txid>",
  means: "the transaction's id, or its first digits: 8 or more",
  parse: parseTxid,
  notes: [
    "Shows when the transaction entered the mempool, what replaced it or what it replaced, and which block confirmed it. docs/lives.md explains the answer.",
  ],
  examples: [
    "corelens tx f4184fc5",
    "corelens tx f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16 --json",
    "corelens tx f4184fc5 --from node.corelens",
  ],
}).action(async (prefix: string, options: LifeOptions) => {
  await showLife(options, async () => {
    const { readTransaction, transactionRows } = await import("../../store/read-transaction.ts");
    const { transactionJson, transactionLines } = await import("./transaction-text.ts");
    return {
      wanted: transactionRows(prefix),
      read: (reader) => readTransaction(reader, prefix),
      lines: transactionLines,
      json: transactionJson,
    };
  });
});

function parseTxid(text: string): string {
  if (/^[0-9a-f]{8,64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError(
    "A transaction is its id of 64 hex digits, or the first 8 or more.",
  );
}
