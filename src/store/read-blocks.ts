import { CorelensError } from "../errors.ts";
import { type KeptBlock, keptBlocks } from "../model/kept/kept-block.ts";
import { quoted } from "./database.ts";
import type { KeptReader } from "./kept-reader.ts";
import type { Wanted } from "./recorded-state.ts";

/** Blocks by the first digits of the hash, in lower case, or by height. */
export type KeptBlockChoice = { readonly hash: string } | { readonly height: number };

/** A block has a row for each process that connected it, and a height for each branch. */
const MAX_ROWS = 100;

/** The rows that `readBlocks` needs. */
export function blockRows(choice: KeptBlockChoice): Wanted {
  return {
    blocks: (row) =>
      "hash" in choice
        ? (row.hash?.startsWith(choice.hash) ?? false)
        : row.height === choice.height,
    reorganisations: () => true,
  };
}

/**
 * The chosen blocks, in the order in which they were connected.
 * @throws CorelensError NOT_KEPT; USAGE if the hashes of several blocks begin with the digits
 */
export async function readBlocks(
  reader: KeptReader,
  choice: KeptBlockChoice,
): Promise<KeptBlock[]> {
  const isIt =
    "hash" in choice
      ? `hash BETWEEN '${choice.hash}' AND '${choice.hash}g'`
      : `height = ${choice.height}`;
  const newest = await reader.wholeRows(
    "blocks",
    `WHERE ${isIt} ORDER BY time DESC LIMIT ${MAX_ROWS}`,
  );
  const name = "hash" in choice ? `block ${choice.hash}` : `a block of height ${choice.height}`;
  if (newest.length === 0) throw await reader.notKept("blocks", name);
  const hashes = [...new Set(newest.map(({ hash }) => hash))];
  if ("hash" in choice && hashes.length > 1) {
    const message = `several blocks begin with ${choice.hash}: ${hashes.slice(0, 2).join(", ")}, …`;
    throw new CorelensError("USAGE", message, "give more digits, or the height");
  }
  const stale = newest.filter((row) => row.stale && row.hash !== null);
  const replacing =
    stale.length === 0
      ? []
      : await reader.wholeRows(
          "reorganisations",
          `WHERE ${stale.map(({ hash }) => `contains(replaced::VARCHAR, ${quoted(hash!)})`).join(" OR ")}`,
        );
  return keptBlocks(newest.toReversed(), replacing);
}
