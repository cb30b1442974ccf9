import type { BlockDocument } from "../blocks/block-document.ts";
import type { KeptRow } from "./tables.ts";

type BlockRow = KeptRow<"blocks">;
type ReorganisationRow = KeptRow<"reorganisations">;

/** A connected block. Times are in ms since the epoch; what is unknown is null. */
export interface KeptBlock
  extends Pick<BlockRow, "pid" | "height" | "hash" | "transactions" | "inputs" | "connecting_ns"> {
  /** When it was connected. */
  readonly time: number;
  /** Whether a reorganisation replaced it. */
  readonly stale: boolean;
  /** Its life without its messages; null while that is not complete, and where the node was catching up. */
  readonly life: BlockDocument | null;
  /** What replaced it. */
  readonly reorganisation: ReorganisationRow | null;
}

/** @param reorganisations those that replaced one of the blocks */
export function keptBlocks(
  rows: readonly BlockRow[],
  reorganisations: readonly ReorganisationRow[],
): KeptBlock[] {
  return rows.map((row) => {
    const { pid, height, hash, transactions, inputs, connecting_ns, document } = row;
    const stale = row.stale ?? false;
    const replacing = reorganisations.filter(
      (each) => each.pid === pid && hashesOf(each).includes(hash),
    );
    const last = replacing.toSorted((a, b) => b.time! - a.time!)[0] ?? null;
    return {
      ...{ pid, height, hash, transactions, inputs, connecting_ns },
      ...{ time: row.time!, stale, life: document as BlockDocument | null },
      // A later one may have brought the block back.
      reorganisation: stale ? last : null,
    };
  });
}

function hashesOf({ replaced }: ReorganisationRow): readonly unknown[] {
  return Array.isArray(replaced) ? replaced : [];
}
