import { RENEWAL_MS } from "./kept-rows.ts";
import type { KeptRow } from "./tables.ts";

type ConnectionRow = KeptRow<"connections">;
/** What the life of a connection says of a block that the peer announced first. */
export type AnnouncedBlock = Pick<
  KeptRow<"blocks">,
  "time" | "pid" | "height" | "hash" | "first_seen" | "first_peer_id" | "first_address" | "lead_ns"
>;

/** A connection to a peer. Times are in ms since the epoch; what is unknown is null. */
export interface ConnectionLife extends ConnectionRow {
  readonly status: "open" | "closed" | "lost_sight";
  /** How long it has lasted, as far as was seen: longer, if `opened` is null or it is not closed. */
  readonly lasted_s: number;
  /** The blocks that this peer announced before all others, oldest first. */
  readonly first_announced: readonly AnnouncedBlock[];
}

/** The row of an open connection may be so much later than it is due: rows are made once a second, and written then. */
const SLACK_MS = 10_000;

/** A connection that is open has been seen at this time at the latest. */
export const SEEN_MS = RENEWAL_MS + SLACK_MS;

/**
 * @param blocks those whose first announcement came from a peer of this number
 * @param newest the newest row of all connections
 */
export function connectionLife(
  row: ConnectionRow,
  blocks: readonly AnnouncedBlock[],
  newest: Pick<ConnectionRow, "pid" | "updated">,
): ConnectionLife {
  const { pid, peer_id, address, closed } = row;
  const [firstSeen, updated] = [row.first_seen!, row.updated!];
  const end = closed ?? updated + SEEN_MS;
  const isFollowed = newest.pid === pid && newest.updated! - updated <= SEEN_MS;
  const isOfThis = (block: AnnouncedBlock): boolean => {
    const time = block.first_seen ?? block.time!;
    const { first_address } = block;
    // Numbers begin again with each process of the node, and a container has the same pid again.
    const isSame = address === null || first_address === null || first_address === address;
    const isFrom = block.pid === pid && block.first_peer_id === peer_id && isSame;
    return isFrom && time >= firstSeen && time <= end;
  };
  return {
    ...row,
    status: closed !== null ? "closed" : isFollowed ? "open" : "lost_sight",
    lasted_s: Math.max(0, (closed ?? updated) - (row.opened ?? firstSeen)) / 1000,
    first_announced: blocks.filter(isOfThis).toSorted((a, b) => a.time! - b.time!),
  };
}
