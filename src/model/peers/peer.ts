import { networkName, networkOfAddress } from "../../bitcoin/connection.ts";
import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import type { MessageHeader } from "../../event/message.ts";
import { OTHER } from "../../util/bounded-map.ts";
import type { HandledMessage } from "../causes/causes.ts";
import { Effects, type EffectsView } from "./effects.ts";
import { Flow, type FlowView } from "./flow.ts";
import type { MessageHistory } from "./message-history.ts";
import { Relay, type RelayView } from "./relay.ts";

/** A connection as its events show it. */
export interface PeerView {
  /** The node's process. */
  readonly pid: number;
  readonly id: number;
  /** Empty while unknown. */
  readonly address: string;
  /** Empty while unknown. */
  readonly connectionType: string;
  /** From the connection's events; where those were not seen, from the address. */
  readonly network: string | null;
  /** When it connected, in ms since the epoch; null when that was before tracing began. */
  readonly since: number | null;
  /** Whether its opening was seen: its figures are complete then. */
  readonly isWhole: boolean;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Type of the last message; null before the first. */
  readonly lastType: string | null;
  readonly in: FlowView;
  readonly out: FlowView;
  /** Inventory that the peer announced to the node, and the node to the peer. */
  readonly relay: { readonly in: RelayView; readonly out: RelayView };
  /** From the opening until both sides had sent `verack`, in ms; null when that was not seen. */
  readonly handshake: number | null;
  /** From the node's last ping to its pong, in ms, with the time both wait in the node's queues. */
  readonly ping: number | null;
  readonly minPing: number | null;
  readonly misbehaved: number;
  /** The first reasons of these. */
  readonly misbehaviour: readonly string[];
  readonly evicted: boolean;
  /** When it closed, in ms since the epoch; null while it is open. */
  readonly closed: number | null;
  /** Whether the closing was seen, or is assumed because the peer is silent. */
  readonly closedBy: "event" | "silence" | null;
}

/** Messages of a type between the node and a peer. */
export interface TypeCount {
  readonly type: string;
  inMessages: number;
  inBytes: number;
  outMessages: number;
  outBytes: number;
  /** How long the node worked on those of the peer, at least. */
  handling_ns: number;
  /** How many of the messages `takeMovements` returned. */
  takenIn: number;
  takenOut: number;
}

/** How many messages of a type the peer and the node sent, and how long the node worked on the peer's, at least. */
export type MessageCount = readonly [
  type: string,
  received: number,
  sent: number,
  handling_ns: number,
];

/** What is shown of one peer only. */
export interface PeerDetails {
  /** Most messages first. */
  readonly types: readonly MessageCount[];
  readonly effects: EffectsView;
}

/** Messages of a type since the last look. */
export type Movement = readonly [peer: number, type: string, received: number, sent: number];

const MAX_MISBEHAVIOUR = 5;
/** Bitcoin Core disconnects a peer that does not answer a ping in this time. */
const MAX_PING_MS = 20 * 60_000;

/** A connection that is being followed. */
export class Peer {
  readonly pid: number;
  readonly id: number;
  readonly firstSeen: number;
  lastSeen: number;
  readonly history: MessageHistory;
  #address = "";
  #connectionType = "";
  #network: string | null = null;
  #since: number | null = null;
  #isWhole = false;
  #lastType: string | null = null;
  readonly #in = new Flow();
  readonly #out = new Flow();
  readonly #relay = new Relay();
  readonly #types = new Map<string, TypeCount>();
  readonly #effects = new Effects();
  readonly #veracks = { in: false, out: false };
  #handshake: number | null = null;
  #pinged: number | null = null;
  #ping: number | null = null;
  #minPing: number | null = null;
  #misbehaved = 0;
  readonly #misbehaviour: string[] = [];
  #evicted = false;
  #closed: { readonly time: number; readonly by: "event" | "silence" } | null = null;

  constructor(pid: number, id: number, time: number, history: MessageHistory) {
    this.pid = pid;
    this.id = id;
    this.firstSeen = time;
    this.lastSeen = time;
    this.history = history;
  }

  get closed(): number | null {
    return this.#closed?.time ?? null;
  }

  /** Empty while unknown. */
  get address(): string {
    return this.#address;
  }

  get connectionType(): string {
    return this.#connectionType;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** When it connected, as far as that is known. */
  get since(): number | null {
    return this.#since;
  }

  /** @param counted the type under which the message is counted: peers can make up any number of types */
  message({ time }: RawEvent, message: MessageHeader, counted: string): void {
    const { direction, type, size } = message;
    this.#lastType = type;
    this.history.add({ time, direction, text: type, size });
    const count = this.#countOf(counted);
    if (direction === "in") {
      this.#in.add(time, size);
      count.inMessages++;
      count.inBytes += size;
    } else {
      this.#out.add(time, size);
      count.outMessages++;
      count.outBytes += size;
    }
    this.#relay.add(message);
    if (type === "ping" || type === "pong") this.#timePing(time, message);
    if (type === "verack") this.#shakeHands(time, message);
  }

  /** The node has handled a message of the peer. */
  handled({ message, at_least_ns }: HandledMessage): void {
    const count = this.#types.get(String(message.msg_type)) ?? this.#types.get(OTHER);
    if (count !== undefined) count.handling_ns += at_least_ns;
  }

  /** A message of the peer caused the event. */
  caused(event: RawEvent): void {
    this.#effects.add(event);
  }

  opened(event: RawEvent): void {
    this.#since = event.time;
    this.#isWhole = true;
    this.#note(event, "connected");
  }

  evicted(event: RawEvent): void {
    this.#evicted = true;
    this.#note(event, "chosen for eviction");
  }

  misbehaved(event: RawEvent): void {
    const reason = textIn(event, "reason") ?? "";
    this.#misbehaved++;
    if (this.#misbehaviour.length < MAX_MISBEHAVIOUR) this.#misbehaviour.push(reason);
    this.#note(event, `misbehaved: ${reason || "no reason given"}`);
  }

  close(event: RawEvent): void {
    this.end(event.time, "event");
    this.#note(event, "closed");
  }

  end(time: number, by: "event" | "silence"): void {
    this.#closed ??= { time, by };
  }

  /** Takes over what an event contains about the connection. */
  identify(event: RawEvent): void {
    const address = textIn(event, "address");
    if (address !== null && address !== this.#address) {
      this.#address = address;
      this.#network = networkOfAddress(address) ?? this.#network;
    }
    this.#connectionType = textIn(event, "connection_type") ?? this.#connectionType;
    const { network } = event;
    if (network !== undefined && network !== null) this.#network = networkName(String(network));
    const established = numberIn(event, "time_established");
    if (established !== null) this.#since ??= established * 1000;
  }

  /** Messages since the last call, by type. */
  *takeMovements(): Generator<Movement> {
    for (const count of this.#types.values()) {
      const received = count.inMessages - count.takenIn;
      const sent = count.outMessages - count.takenOut;
      if (received + sent === 0) continue;
      yield [this.id, count.type, received, sent];
      count.takenIn = count.inMessages;
      count.takenOut = count.outMessages;
    }
  }

  /** Most bytes first. */
  get types(): readonly Readonly<TypeCount>[] {
    const bytes = ({ inBytes, outBytes }: TypeCount): number => inBytes + outBytes;
    return [...this.#types.values()].sort((a, b) => bytes(b) - bytes(a));
  }

  get details(): PeerDetails {
    const types = Array.from(
      this.#types.values(),
      ({ type, inMessages, outMessages, handling_ns }): MessageCount => [
        ...([type, inMessages, outMessages, handling_ns] as const),
      ],
    );
    return {
      types: types.sort((a, b) => b[1] + b[2] - a[1] - a[2]),
      effects: this.#effects.view(),
    };
  }

  view(now: number): PeerView {
    const since = this.#since ?? this.firstSeen;
    return {
      pid: this.pid,
      id: this.id,
      address: this.#address,
      connectionType: this.#connectionType,
      network: this.#network,
      since: this.#since,
      isWhole: this.#isWhole,
      firstSeen: this.firstSeen,
      lastSeen: this.lastSeen,
      lastType: this.#lastType,
      in: this.#in.view(now, since),
      out: this.#out.view(now, since),
      relay: { in: { ...this.#relay.fromPeer }, out: { ...this.#relay.toPeer } },
      handshake: this.#handshake,
      ping: this.#ping,
      minPing: this.#minPing,
      misbehaved: this.#misbehaved,
      misbehaviour: [...this.#misbehaviour],
      evicted: this.#evicted,
      closed: this.closed,
      closedBy: this.#closed?.by ?? null,
    };
  }

  #note({ time }: RawEvent, text: string): void {
    this.history.add({ time, direction: null, text, size: 0 });
  }

  #countOf(type: string): TypeCount {
    let count = this.#types.get(type);
    if (count === undefined) {
      const counts = { inMessages: 0, inBytes: 0, outMessages: 0, outBytes: 0 };
      count = { type, ...counts, handling_ns: 0, takenIn: 0, takenOut: 0 };
      this.#types.set(type, count);
    }
    return count;
  }

  #timePing(time: number, { direction, type }: MessageHeader): void {
    if (type === "ping" && direction === "out") this.#pinged = time;
    if (type !== "pong" || direction !== "in" || this.#pinged === null) return;
    const ping = time - this.#pinged;
    this.#pinged = null;
    if (ping < 0 || ping > MAX_PING_MS) return;
    this.#ping = ping;
    this.#minPing = Math.min(ping, this.#minPing ?? ping);
  }

  #shakeHands(time: number, { direction }: MessageHeader): void {
    const veracks = this.#veracks;
    veracks[direction] = true;
    if (!this.#isWhole || this.#since === null || !veracks.in || !veracks.out) return;
    this.#handshake ??= Math.max(0, time - this.#since);
  }
}
