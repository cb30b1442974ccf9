import { networkName, networkOfAddress } from "../../bitcoin/connection.ts";
import type { RawEvent } from "../../event/event.ts";
import type { Direction } from "../traffic.ts";
import { numberOf, textOf } from "../values.ts";
import { type MessageHeader, MessageHistory, TypeNumbers } from "./message-history.ts";

/** A peer as its connection's and its messages' events show it. */
export interface PeerView {
  readonly id: number;
  readonly address: string;
  readonly connectionType: string;
  /** Told by the connection's event; where that was not seen, by the address. */
  readonly network: string | null;
  /** When it connected, in ms since the epoch; null when that was before tracing began. */
  readonly since: number | null;
  /** When it was first and last heard of. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly lastType: string | null;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** From our last ping to its pong, in ms, with what both wait in the node's queues. */
  readonly ping: number | null;
  /** Most first, `[type, from the peer, to the peer]`. */
  readonly types: readonly (readonly [type: string, received: number, sent: number])[];
  readonly misbehaviour: readonly string[];
  /** In ms since the epoch; null while it is connected. */
  readonly closed: number | null;
  readonly evicted: boolean;
}

export interface PeersView {
  readonly peers: readonly PeerView[];
  /** Connections that opened, closed, were evicted or misbehaved since tracing began. */
  readonly opened: number;
  readonly closed: number;
  readonly evicted: number;
  readonly misbehaved: number;
  /** Peers of which no more is kept: there were too many at once. */
  readonly forgotten: number;
}

/** Messages since the last look: `[peer, type, from the peer, to the peer]`. */
export type Movement = readonly [peer: number, type: string, received: number, sent: number];

const MAX_PEERS = 1000;
const MAX_TYPES_OF_A_PEER = 40;
const MAX_MISBEHAVIOUR = 5;
/** How long a closed connection is still shown. */
const CLOSED_MS = 60_000;
/** A peer that was never seen to close, and is not heard of: Core disconnects after 20 minutes of silence. */
const SILENT_MS = 30 * 60_000;
const PING_MS = 20 * 60_000;

class Peer {
  address = "";
  connectionType = "";
  network: string | null = null;
  since: number | null = null;
  readonly firstSeen: number;
  lastSeen: number;
  lastType: string | null = null;
  messagesIn = 0;
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  ping: number | null = null;
  pinged: number | null = null;
  readonly types = new Map<
    string,
    { in: number; out: number; movedIn: number; movedOut: number }
  >();
  readonly misbehaviour: string[] = [];
  readonly history: MessageHistory;
  closed: number | null = null;
  evicted = false;

  constructor(now: number, types: TypeNumbers) {
    this.firstSeen = now;
    this.lastSeen = now;
    this.history = new MessageHistory(types);
  }
}

/** The peers that are connected, as far as they were heard of since tracing began. */
export class Peers {
  readonly #peers = new Map<number, Peer>();
  readonly #typeNumbers = new TypeNumbers();
  #opened = 0;
  #closed = 0;
  #evicted = 0;
  #misbehaved = 0;
  #forgotten = 0;

  message(event: RawEvent, direction: Direction, type: string): void {
    const peer = this.#peer(event);
    if (peer === null) return;
    const size = numberOf(event, "size") ?? 0;
    this.#name(peer, event);
    peer.lastType = type;
    peer.history.add({ time: event.time, direction, type, size });
    const seen = peer.types.size < MAX_TYPES_OF_A_PEER || peer.types.has(type);
    const flow = seen ? flowOf(peer, type) : null;
    if (direction === "in") {
      peer.messagesIn++;
      peer.bytesIn += size;
      if (flow) flow.in++;
      if (flow) flow.movedIn++;
    } else {
      peer.messagesOut++;
      peer.bytesOut += size;
      if (flow) flow.out++;
      if (flow) flow.movedOut++;
    }
    this.#timePing(peer, event.time, direction, type);
  }

  opened(event: RawEvent): void {
    const id = numberOf(event, "peer_id");
    if (id !== null) this.#peers.delete(id);
    const peer = this.#peer(event);
    this.#opened++;
    if (peer === null) return;
    this.#name(peer, event);
    peer.network = networkOf(event) ?? peer.network;
    peer.since = event.time;
  }

  closed(event: RawEvent): void {
    this.#closed++;
    const peer = this.#connection(event);
    if (peer) peer.closed = event.time;
  }

  evicted(event: RawEvent): void {
    this.#evicted++;
    const peer = this.#connection(event);
    if (peer) peer.evicted = true;
  }

  misbehaved(event: RawEvent): void {
    this.#misbehaved++;
    const peer = this.#peer(event);
    const reason = textOf(event, "reason") ?? "";
    if (peer && peer.misbehaviour.length < MAX_MISBEHAVIOUR) peer.misbehaviour.push(reason);
  }

  /** The node's process ended, and all its connections with it. */
  disconnectAll(now: number): void {
    for (const peer of this.#peers.values()) peer.closed ??= now;
  }

  /** A node that was started again counts its peers from 0. */
  forgetClosed(): void {
    for (const [id, { closed }] of this.#peers) if (closed !== null) this.#peers.delete(id);
  }

  /** Forgets those who left a while ago. */
  advance(now: number): void {
    for (const [id, { closed, lastSeen }] of this.#peers) {
      const left = closed !== null && now - closed > CLOSED_MS;
      if (left || now - lastSeen > SILENT_MS) this.#peers.delete(id);
    }
  }

  view(): PeersView {
    return {
      peers: [...this.#peers].map(([id, peer]) => viewOf(id, peer)),
      opened: this.#opened,
      closed: this.#closed,
      evicted: this.#evicted,
      misbehaved: this.#misbehaved,
      forgotten: this.#forgotten,
    };
  }

  /** The last messages of a peer, newest first; none of a peer that is not known. */
  messagesOf(id: number): readonly MessageHeader[] {
    return this.#peers.get(id)?.history.list() ?? [];
  }

  /** How many are connected, by connection type. */
  connected(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { connectionType, closed } of this.#peers.values()) {
      if (closed === null) counts.set(connectionType, (counts.get(connectionType) ?? 0) + 1);
    }
    return counts;
  }

  /** What moved since this was last asked. */
  takeMovements(): Movement[] {
    const movements: Movement[] = [];
    for (const [id, { types }] of this.#peers) {
      for (const [type, flow] of types) {
        if (flow.movedIn + flow.movedOut === 0) continue;
        movements.push([id, type, flow.movedIn, flow.movedOut]);
        flow.movedIn = 0;
        flow.movedOut = 0;
      }
    }
    return movements;
  }

  #connection(event: RawEvent): Peer | null {
    const peer = this.#peer(event);
    if (peer === null) return null;
    this.#name(peer, event);
    peer.network = networkOf(event) ?? peer.network;
    const established = numberOf(event, "time_established");
    if (established !== null) peer.since ??= established * 1000;
    return peer;
  }

  #peer(event: RawEvent): Peer | null {
    const id = numberOf(event, "peer_id");
    if (id === null) return null;
    let peer = this.#peers.get(id);
    if (peer === undefined) {
      if (this.#peers.size >= MAX_PEERS) {
        this.#forgotten++;
        return null;
      }
      peer = new Peer(event.time, this.#typeNumbers);
      this.#peers.set(id, peer);
    }
    peer.lastSeen = event.time;
    return peer;
  }

  #name(peer: Peer, event: RawEvent): void {
    const known = peer.address;
    peer.address = textOf(event, "address") ?? known;
    peer.connectionType = textOf(event, "connection_type") ?? peer.connectionType;
    if (peer.address === known) return;
    peer.network = networkOfAddress(peer.address) ?? peer.network;
  }

  #timePing(peer: Peer, now: number, direction: Direction, type: string): void {
    if (type === "ping" && direction === "out") peer.pinged = now;
    if (type !== "pong" || direction !== "in" || peer.pinged === null) return;
    if (now - peer.pinged < PING_MS) peer.ping = now - peer.pinged;
    peer.pinged = null;
  }
}

function flowOf({ types }: Peer, type: string) {
  let flow = types.get(type);
  if (flow === undefined) {
    flow = { in: 0, out: 0, movedIn: 0, movedOut: 0 };
    types.set(type, flow);
  }
  return flow;
}

function networkOf(event: RawEvent): string | null {
  const network = event.network;
  return network === undefined || network === null ? null : networkName(String(network));
}

function viewOf(id: number, peer: Peer): PeerView {
  const { types, pinged: _, history: __, ...rest } = peer;
  return {
    id,
    ...rest,
    types: [...types]
      .map(([type, flow]) => [type, flow.in, flow.out] as const)
      .sort((a, b) => b[1] + b[2] - a[1] - a[2]),
  };
}
