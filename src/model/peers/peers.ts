import type { RawEvent } from "../../event/event.ts";
import { numberIn } from "../../event/fields.ts";
import type { EventKind } from "../../event/kind.ts";
import { messageOf } from "../../event/message.ts";
import { isNotice, type Notice, type StreamEvent } from "../../event/notice.ts";
import type { Causes } from "../causes/causes.ts";
import type { Fold } from "../fold.ts";
import type { History } from "../history.ts";
import { type HistoryEntry, MessageHistory, TextNumbers } from "./message-history.ts";
import { type Movement, Peer, type PeerDetails, type PeerView } from "./peer.ts";
import { Traffic, type TrafficView } from "./traffic.ts";

/** The tracepoints that peers and their traffic are made of. */
export const PEER_TRACEPOINTS = [
  "net:inbound_message",
  "net:outbound_message",
  "net:inbound_connection",
  "net:outbound_connection",
  "net:evicted_inbound_connection",
  "net:closed_connection",
  "net:misbehaving_connection",
] as const;

export interface PeersView {
  readonly peers: readonly PeerView[];
  /** Connections that opened, closed, were evicted or misbehaved since tracing began. */
  readonly opened: number;
  readonly closed: number;
  readonly evicted: number;
  readonly misbehaved: number;
  /** Events of peers that were omitted because there were too many at once. */
  readonly omitted: number;
  /** Messages whose peer could not be read. */
  readonly unattributed: number;
}

export interface PeersOptions {
  /** Gets the columns of charts; null where nothing is drawn. */
  readonly history?: History | null;
  /** Entries of each connection's history. */
  readonly maxEntries?: number;
  /** The causes of the same events, which see each before; null where they are not shown. */
  readonly causes?: Causes | null;
}

const MAX_PEERS = 1000;
const MAX_ENTRIES = 200;
/** How long a closed connection is kept, so that its last messages do not make a new one of it. */
const CLOSED_MS = 60_000;
/** Nodes ping each other every two minutes: where closing is not traced, a peer that is silent for longer has left. */
export const SILENCE_MS = 5 * 60_000;
/** Bitcoin Core disconnects after 20 minutes of silence: the closing was lost. */
const LOST_MS = 30 * 60_000;
/** The node can send messages before the opening fires: a connection seen for less than this is the opened one. */
const OPENING_MS = 2000;

/**
 * The connections of a node, or of several, and their traffic: a fold over the stream, in bounded memory whatever
 * peers send. Connections are told apart by process and number, because each process numbers its peers from 0.
 */
export class Peers implements Fold {
  readonly #peers = new Map<string, Peer>();
  readonly #traffic: Traffic;
  readonly #causes: Causes | null;
  readonly #maxEntries: number;
  readonly #texts = new TextNumbers();
  /** Whether a closing fires an event; it does not before v29. */
  #closingIsKnown = true;
  #closingIsOff = false;
  #since: number | null = null;
  #closedPeers = 0;
  #opened = 0;
  #closed = 0;
  #evicted = 0;
  #misbehaved = 0;
  #omitted = 0;
  #unattributed = 0;

  constructor({ history = null, maxEntries = MAX_ENTRIES, causes = null }: PeersOptions = {}) {
    this.#traffic = new Traffic(history);
    this.#causes = causes;
    this.#maxEntries = maxEntries;
  }

  learn(kinds: readonly EventKind[]): void {
    this.#closingIsKnown = kinds.some(({ name }) => name === "net:closed_connection");
  }

  /** Whether the stream has an event for each connection that closes. */
  get closingIsTraced(): boolean {
    return this.#closingIsKnown && !this.#closingIsOff;
  }

  /** Time of the first event, in ms since the epoch; null before. */
  get since(): number | null {
    return this.#since;
  }

  get all(): Peer[] {
    return [...this.#peers.values()];
  }

  see(event: StreamEvent): void {
    if (isNotice(event)) {
      this.#notice(event);
      return;
    }
    switch (event.tracepoint) {
      case "net:inbound_message":
      case "net:outbound_message":
        this.#message(event);
        break;
      case "net:inbound_connection":
      case "net:outbound_connection":
        this.#opened++;
        this.#open(event);
        break;
      case "net:evicted_inbound_connection":
        this.#evicted++;
        this.#peer(event)?.evicted(event);
        break;
      case "net:closed_connection":
        this.#closed++;
        this.#close(this.#peer(event), (peer) => peer.close(event));
        break;
      case "net:misbehaving_connection":
        this.#misbehaved++;
        this.#peer(event)?.misbehaved(event);
        break;
      case "mempool:added":
      case "mempool:rejected":
      case "validation:block_connected":
        this.#effect(event);
    }
  }

  /** Lets time pass: silent connections end, and those that ended a while ago are forgotten. */
  advance(now: number): void {
    for (const [key, peer] of this.#peers) {
      const silence = now - peer.lastSeen;
      if (!this.closingIsTraced && silence > SILENCE_MS) {
        this.#close(peer, () => peer.end(now, "silence"));
      }
      const isOld = peer.closed !== null && now - peer.closed > CLOSED_MS;
      if (isOld || silence > LOST_MS) this.#forget(key, peer);
    }
  }

  view(now: number): PeersView {
    return {
      peers: this.all.map((peer) => peer.view(now)),
      opened: this.#opened,
      closed: this.#closed,
      evicted: this.#evicted,
      misbehaved: this.#misbehaved,
      omitted: this.#omitted,
      unattributed: this.#unattributed,
    };
  }

  traffic(now: number): TrafficView {
    return this.#traffic.view(now, this.#since ?? now);
  }

  /** The connection with this number, an open one first. */
  find(id: number): Peer | undefined {
    const found = this.all.filter((peer) => peer.id === id);
    return found.find(({ closed }) => closed === null) ?? found.at(-1);
  }

  /** The last entries of a connection's history, oldest first; none for an unknown one. */
  historyOf(id: number): readonly HistoryEntry[] {
    return this.find(id)?.history.list() ?? [];
  }

  /** What is shown of one connection only; null for an unknown one. */
  detailsOf(id: number): PeerDetails | null {
    return this.find(id)?.details ?? null;
  }

  /** Numbers of open connections by type. */
  connected(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { connectionType, closed } of this.#peers.values()) {
      if (closed === null) counts.set(connectionType, (counts.get(connectionType) ?? 0) + 1);
    }
    return counts;
  }

  /** Messages since the last call. */
  takeMovements(): Movement[] {
    return this.all.flatMap((peer) => [...peer.takeMovements()]);
  }

  #notice(notice: Notice): void {
    switch (notice.tracepoint) {
      case "corelens:ended":
        for (const peer of this.#of(notice.pid)) {
          this.#close(peer, () => peer.end(notice.time, "event"));
        }
        break;
      case "corelens:attached":
        // In a container, a node that starts again can have the process id of the former.
        for (const peer of this.#of(notice.pid)) {
          if (peer.closed !== null) this.#forget(`${peer.pid}/${peer.id}`, peer);
        }
        break;
      case "corelens:settings":
        this.#closingIsOff = notice.off.includes("net:closed_connection");
    }
  }

  #of(pid: number | null): Peer[] {
    return this.all.filter((peer) => peer.pid === pid);
  }

  #message(event: RawEvent): void {
    this.#since ??= event.time;
    const message = messageOf(event)!;
    const counted = this.#traffic.add(event.time, message);
    if (keyOf(event) === null) this.#unattributed++;
    this.#peer(event)?.message(event, message, counted);
    const handled = this.#causes?.handled;
    if (handled && handled.at_least_ns > 0)
      this.#peers.get(keyOf(handled.message) ?? "")?.handled(handled);
  }

  #effect(event: RawEvent): void {
    const cause = this.#causes?.of(event);
    if (cause) this.#peers.get(`${event.pid}/${Number(cause.peer_id)}`)?.caused(event);
  }

  #open(event: RawEvent): void {
    const key = keyOf(event);
    const known = key === null ? undefined : this.#peers.get(key);
    const isSame =
      known !== undefined &&
      known.closed === null &&
      !known.isWhole &&
      event.time - known.firstSeen < OPENING_MS;
    if (known && !isSame) this.#forget(key!, known);
    this.#peer(event)?.opened(event);
  }

  #close(peer: Peer | null, close: (peer: Peer) => void): void {
    if (peer === null) return;
    if (peer.closed === null) this.#closedPeers++;
    close(peer);
  }

  #forget(key: string, peer: Peer): void {
    if (peer.closed !== null) this.#closedPeers--;
    this.#peers.delete(key);
  }

  /** The peer of an event, a new one where it is unknown; null when the event has none or there is no room. */
  #peer(event: RawEvent): Peer | null {
    const key = keyOf(event);
    if (key === null) return null;
    let peer = this.#peers.get(key);
    if (peer === undefined) {
      if (!this.#makeRoom()) {
        this.#omitted++;
        return null;
      }
      const history = new MessageHistory(this.#maxEntries, this.#texts);
      peer = new Peer(event.pid, numberIn(event, "peer_id")!, event.time, history);
      this.#peers.set(key, peer);
    }
    this.#since ??= event.time;
    peer.lastSeen = Math.max(peer.lastSeen, event.time);
    peer.identify(event);
    return peer;
  }

  /** Forgets a closed connection where there are too many. */
  #makeRoom(): boolean {
    if (this.#peers.size < MAX_PEERS) return true;
    if (this.#closedPeers === 0) return false;
    for (const [key, peer] of this.#peers) {
      if (peer.closed === null) continue;
      this.#forget(key, peer);
      return true;
    }
    return false;
  }
}

/** `pid/id`; null when the event's peer could not be read. */
function keyOf(event: RawEvent): string | null {
  const id = numberIn(event, "peer_id");
  return id === null ? null : `${event.pid}/${id}`;
}
