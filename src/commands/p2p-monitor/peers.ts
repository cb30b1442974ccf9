import type { RawEvent } from "../../event/event.ts";
import { isNotice, type Notice, type StreamEvent } from "../../event/notice.ts";
import { Peer } from "./peer.ts";
import { Traffic } from "./traffic.ts";

/** What p2p-monitor traces. */
export const P2P_TRACEPOINTS = [
  "net:inbound_message",
  "net:outbound_message",
  "net:inbound_connection",
  "net:outbound_connection",
  "net:evicted_inbound_connection",
  "net:closed_connection",
  "net:misbehaving_connection",
];

/** So long a closed peer is still shown, which also keeps its last messages from making it a new one. */
const CLOSED_VISIBLE_MS = 5000;

/**
 * Where nobody tells that a connection is closed, one that was silent for so long is taken for it. Nodes ping each
 * other every two minutes, and drop who does not answer for twenty.
 */
export const SILENCE_MS = 5 * 60_000;

/** A node's peers as the events tell of them. */
export class Peers {
  readonly inbound = new Traffic();
  readonly outbound = new Traffic();
  /** When the first event came, in milliseconds since the UNIX epoch; null before. */
  since: number | null = null;
  /** Messages of which it could not be read whose they are. */
  unattributed = 0;
  /** By process, since each node numbers its peers from 0, and id. */
  readonly #peers = new Map<number, Map<number | bigint, Peer>>();

  get all(): Peer[] {
    return [...this.#peers.values()].flatMap((peers) => [...peers.values()]);
  }

  take(event: StreamEvent): void {
    this.since ??= event.time;
    if (isNotice(event)) this.#notice(event);
    else this.#event(event);
  }

  /** Lets those leave that were closed a while ago. @param closesAreTold whether the stream tells of closing */
  sweep(now: number, closesAreTold: boolean): void {
    for (const [pid, peers] of this.#peers) {
      for (const peer of peers.values()) {
        if (!closesAreTold && peer.closed === null && now - peer.lastTime > SILENCE_MS) {
          peer.closed = { time: now, how: "silent" };
        }
        if (peer.closed && now - peer.closed.time > CLOSED_VISIBLE_MS) peers.delete(peer.id);
      }
      if (peers.size === 0) this.#peers.delete(pid);
    }
  }

  #notice(notice: Notice): void {
    if (notice.tracepoint !== "corelens:ended") return;
    for (const peer of this.#peers.get(notice.pid)?.values() ?? []) close(peer, notice.time);
  }

  #event(event: RawEvent): void {
    const { tracepoint, time } = event;
    const isInbound = tracepoint === "net:inbound_message";
    if (isInbound || tracepoint === "net:outbound_message") {
      const size = Number(event.size ?? 0);
      (isInbound ? this.inbound : this.outbound).add(time, size);
      const peer = this.#peer(event, false);
      if (peer === null) this.unattributed++;
      else peer.say(time, isInbound ? "in" : "out", textOf(event.msg_type), size);
      return;
    }
    const isOpening =
      tracepoint === "net:inbound_connection" || tracepoint === "net:outbound_connection";
    const peer = this.#peer(event, isOpening);
    if (peer === null) return;
    peer.conversation.add(time, "none", happening(event));
    if (tracepoint === "net:misbehaving_connection") peer.misbehaved++;
    if (tracepoint === "net:closed_connection") close(peer, time);
  }

  /** Whom an event is about; someone new where nobody is known by that number. */
  #peer(event: RawEvent, isOpening: boolean): Peer | null {
    const { tracepoint, peer_id: id, pid, time } = event;
    if (typeof id !== "number" && typeof id !== "bigint") return null;
    let peers = this.#peers.get(pid);
    if (peers === undefined) {
      peers = new Map();
      this.#peers.set(pid, peers);
    }
    const known = peers.get(id);
    // Who misbehaves has been heard before, unless it was not asked for; who it is does not stand there.
    if (known || tracepoint === "net:misbehaving_connection") return known ?? null;
    const peer = new Peer({
      pid,
      id,
      address: textOf(event.address),
      connectionType: textOf(event.connection_type),
      network: event.network === undefined ? null : String(event.network),
      time,
      isWhole: isOpening,
    });
    peers.set(id, peer);
    return peer;
  }
}

function close(peer: Peer, time: number): void {
  peer.closed ??= { time, how: "closed" };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "?";
}

function happening({ tracepoint, reason }: RawEvent): string {
  switch (tracepoint) {
    case "net:evicted_inbound_connection":
      return "chosen for eviction";
    case "net:closed_connection":
      return "closed";
    case "net:misbehaving_connection":
      return `misbehaved: ${textOf(reason) || "no reason given"}`;
    default:
      return "connected";
  }
}
