import { counted } from "../../text/counted.ts";
import { groupedText } from "../../text/format.ts";

/** A node left a branch of the chain for another. */
export interface Reorganisation {
  /** The node's process. */
  readonly pid: number;
  /** When the first block of the other branch was connected, in ms since the epoch. */
  readonly time: number;
  /** Of the first block that was replaced. */
  readonly height: number;
  /** How many blocks were replaced. */
  readonly depth: number;
  /** Hashes of those of them that were seen to be connected, lowest first. */
  readonly replaced: readonly string[];
  /** The newest block of the other branch. */
  readonly tip: { readonly height: number; readonly hash: string };
  /** Transactions of the replaced blocks that returned to the mempool; null where the mempool is not traced. */
  readonly returned: number | null;
  /** Transactions that the other branch made invalid, of the replaced blocks and of the mempool; null likewise. */
  readonly dropped: number | null;
}

/** `Reorganisation at 930,021: 1 block replaced, 14 transactions returned to the mempool, 2 no longer valid` */
export function reorganisationText({ height, depth, returned, dropped }: Reorganisation): string {
  const parts = [
    `${counted(depth, "block")} replaced`,
    ...(returned === null ? [] : [`${counted(returned, "transaction")} returned to the mempool`]),
    ...(dropped ? [`${groupedText(dropped)} no longer valid`] : []),
  ];
  return `Reorganisation at ${groupedText(height)}: ${parts.join(", ")}`;
}
