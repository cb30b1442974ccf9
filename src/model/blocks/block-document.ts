import {
  announcementsOf,
  type BlockLife,
  type BlockParts,
  type Connection,
  firstAnnouncementOf,
  headerOf,
  isGuessed,
  leadOf,
  partsOf,
  relaysOf,
  type Stage,
  seenToConnected,
  stagesOf,
} from "./block-life.ts";
import type { BlockMessage } from "./block-message.ts";

/**
 * A block's life as programs and the dashboard get it, with everything that follows from it. Moments (`at_ns`) count
 * from when the block was first seen; what is unknown is null.
 */
export interface BlockDocument
  extends Pick<BlockLife, "hash" | "height" | "pid" | "stale" | "coins" | "flush" | "removed"> {
  /** When it was first seen and when it was connected, in ms since the epoch. */
  readonly time: number;
  readonly connected_time: number | null;
  /** Whether messages were assigned to the block by type and time, because payloads are unknown. */
  readonly guessed: boolean;
  readonly block: Omit<Connection, "at_ns" | "time"> | null;
  /** Each peer's first announcement. */
  readonly announcements: readonly AnnouncementDocument[];
  /** The announcement that reached the node before the block was connected, and its lead over the second peer. */
  readonly first: (AnnouncementDocument & { readonly lead_ns: number | null }) | null;
  readonly header: { readonly at_ns: number; readonly msg_type: string; peer_id: number } | null;
  readonly seen_to_connected_ns: number | null;
  readonly parts: BlockParts | null;
  readonly stages: readonly StageDocument[];
  /** Peers that the node announced the block to, and the first announcement. */
  readonly relay: { readonly peers: number; msg_type: string; readonly at_ns: number } | null;
  readonly messages: readonly MessageDocument[];
}

export interface PeerDocument {
  readonly peer_id: number;
  readonly address: string | null;
  readonly connection_type: string | null;
}

export interface AnnouncementDocument extends PeerDocument {
  readonly msg_type: string;
  readonly among: number;
  readonly at_ns: number;
  readonly guessed: boolean;
}

export interface StageDocument extends Omit<Stage, "message">, Partial<PeerDocument> {
  readonly what?: TransferredPart;
  readonly size?: number;
  readonly transactions?: number | null;
}

export interface MessageDocument
  extends Pick<BlockMessage, "at_ns" | "direction" | "msg_type" | "size" | "guessed"> {
  readonly peer_id: number;
}

export type TransferredPart = "block" | "compact block" | "transactions";

/** @param maxMessages how many messages it lists; the other parts are about all of them */
export function blockDocument(life: BlockLife, maxMessages: number): BlockDocument {
  const { hash, height, pid, time, stale, connection, coins, flush, removed } = life;
  const first = firstAnnouncementOf(life);
  const header = headerOf(life);
  const relays = relaysOf(life);
  return {
    ...{ hash, height, pid, time },
    connected_time: connection?.time ?? null,
    stale,
    guessed: isGuessed(life),
    block: connection && {
      transactions: connection.transactions,
      inputs: connection.inputs,
      sigops_cost: connection.sigops_cost,
      duration_ns: connection.duration_ns,
      cause: connection.cause,
    },
    announcements: announcementsOf(life).map(announcementDocument),
    first: first && { ...announcementDocument(first), lead_ns: leadOf(life) },
    header: header && {
      at_ns: header.at_ns,
      msg_type: header.msg_type,
      peer_id: header.peer.id,
    },
    seen_to_connected_ns: seenToConnected(life),
    parts: partsOf(life),
    stages: stagesOf(life).map(stageDocument),
    ...{ coins, flush, removed },
    relay: relays[0]
      ? { peers: relays.length, msg_type: relays[0].msg_type, at_ns: relays[0].at_ns }
      : null,
    messages: life.messages.slice(0, maxMessages).map(messageDocument),
  };
}

/** What a request or a receipt is about. */
function partOf({ msg_type, is_compact }: BlockMessage): TransferredPart {
  if (msg_type === "getblocktxn" || msg_type === "blocktxn") return "transactions";
  return msg_type === "cmpctblock" || is_compact ? "compact block" : "block";
}

function peerDocument({ peer }: BlockMessage): PeerDocument {
  return { peer_id: peer.id, address: peer.address, connection_type: peer.connection_type };
}

function announcementDocument(message: BlockMessage): AnnouncementDocument {
  const { msg_type, among, at_ns, guessed } = message;
  return { ...peerDocument(message), msg_type, among, at_ns, guessed };
}

function stageDocument({ stage, at_ns, took_ns, message }: Stage): StageDocument {
  if (message === null) return { stage, at_ns, took_ns };
  const { size, transactions } = message;
  const what = partOf(message);
  return { stage, at_ns, took_ns, what, ...peerDocument(message), size, transactions };
}

function messageDocument(message: BlockMessage): MessageDocument {
  const { at_ns, direction, peer, msg_type, size, guessed } = message;
  return { at_ns, direction, peer_id: peer.id, msg_type, size, guessed };
}
