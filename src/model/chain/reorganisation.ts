import { counted } from "../../text/counted.ts";
import { groupedText } from "../../text/format.ts";

/** The replacement of a branch of a node's chain by another branch. */
export interface Reorganisation {
  /** The node's process. */
  readonly pid: number;
  /** Time at which the first block of the new branch was connected, in ms since the epoch. */
  readonly time: number;
  /** Height of the first replaced block. */
  readonly height: number;
  /** Number of replaced blocks. */
  readonly depth: number;
  /** Hashes of the replaced blocks whose connection was seen, lowest first. */
  readonly replaced: readonly string[];
  /** The newest block of the new branch. */
  readonly tip: { readonly height: number; readonly hash: string };
  /** Number of transactions of the replaced blocks that returned to the mempool; null if the mempool is not traced. */
  readonly returned: number | null;
  /** Number of transactions, in replaced blocks or the mempool, that the new branch made invalid; null likewise. */
  readonly dropped: number | null;
}

/** `Reorganisation at 930,021: 1 block replaced, 14 transactions returned to the mempool, 2 no longer valid` */
export function reorganisationText({
  height,
  depth,
  returned,
  dropped,
}: Pick<Reorganisation, "height" | "depth" | "returned" | "dropped">): string {
  const parts = [
    `${counted(depth, "block")} replaced`,
    ...(returned === null ? [] : [`${counted(returned, "transaction")} returned to the mempool`]),
    ...(dropped ? [`${groupedText(dropped)} no longer valid`] : []),
  ];
  return `Reorganisation at ${groupedText(height)}: ${parts.join(", ")}`;
}
