import { NETWORK_NUMBER, Peer, type PeerTraits } from "./peer.ts";
import type { World } from "./world.ts";

/** Inbound connections the node accepts if nothing else is said. */
export const INBOUND_SLOTS = 10;
/** In ms: until the node's socket thread closes what was marked for it. */
const CLOSING_DELAY = 40;

/** The connections that exist. */
export class Connections {
  readonly #world: World;
  readonly #peers = new Map<number, Peer>();
  /** One inbound connection more makes the node evict one. */
  readonly inboundSlots: number;
  #nextId = 0;

  constructor(world: World, inboundSlots: number) {
    this.#world = world;
    this.inboundSlots = inboundSlots;
  }

  /** Oldest first. */
  get peers(): Peer[] {
    return [...this.#peers.values()];
  }

  /** Those whose handshake is done. */
  get ready(): Peer[] {
    return this.peers.filter(({ ready }) => ready);
  }

  open(traits: PeerTraits): Peer {
    const inbound = traits.type === "inbound";
    if (inbound && this.#count(true) >= this.inboundSlots) this.#evict();
    const peer = new Peer(this.#nextId++, traits, this.#world);
    this.#peers.set(peer.id, peer);
    if (inbound) {
      this.#world.fire("net:inbound_connection", {
        ...identity(peer),
        inbound_count: this.#count(true),
      });
    } else {
      this.#world.fire("net:outbound_connection", {
        ...identity(peer),
        outbound_count: this.#count(false),
      });
    }
    return peer;
  }

  close(peer: Peer): void {
    if (!this.#peers.delete(peer.id)) return;
    peer.open = false;
    peer.ready = false;
    this.#world.fire("net:closed_connection", {
      ...identity(peer),
      time_established: peer.connectedAt,
    });
  }

  /** The peer broke the protocol: it is disconnected soon. */
  punish(peer: Peer, reason: string): void {
    this.#world.fire("net:misbehaving_connection", { peer_id: peer.id, reason });
    this.#closeSoon(peer);
  }

  #evict(): void {
    const inbound = this.peers.filter((peer) => peer.inbound && peer.open);
    // Core protects the longest connected half, and much else.
    const victim = this.#world.prng.pick(inbound.slice(inbound.length >> 1));
    this.#world.fire("net:evicted_inbound_connection", {
      ...identity(victim),
      time_established: victim.connectedAt,
    });
    this.#closeSoon(victim);
  }

  /** Nothing more is said on the connection, which still counts until it is closed. */
  #closeSoon(peer: Peer): void {
    peer.open = false;
    peer.ready = false;
    this.#world.schedule.after(CLOSING_DELAY, () => this.close(peer));
  }

  #count(inbound: boolean): number {
    return this.peers.filter((peer) => peer.inbound === inbound).length;
  }
}

function identity(peer: Peer) {
  return {
    peer_id: peer.id,
    address: peer.traits.name,
    connection_type: peer.traits.type,
    network: NETWORK_NUMBER[peer.traits.network],
  };
}
