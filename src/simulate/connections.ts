import { NETWORK_NUMBER, Peer, type PeerTraits } from "./peer.ts";
import type { World } from "./world.ts";

/** Default number of inbound connections that the node accepts. */
export const INBOUND_SLOTS = 10;
/** Time in ms until the node's socket thread closes a connection that is marked for closing. */
const CLOSING_DELAY = 40;

/** The node's connections. */
export class Connections {
  readonly #world: World;
  readonly #peers = new Map<number, Peer>();
  /** If all slots are in use, a new inbound connection makes the node evict another one. */
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

  /** The peers whose handshake is complete. */
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

  /** Disconnects a peer that violated the protocol. */
  punish(peer: Peer, reason: string): void {
    this.#world.fire("net:misbehaving_connection", { peer_id: peer.id, reason });
    this.#closeSoon(peer);
  }

  #evict(): void {
    const inbound = this.peers.filter((peer) => peer.inbound && peer.open);
    // Core protects, among others, the half of the peers that is connected longest.
    const victim = this.#world.prng.pick(inbound.slice(inbound.length >> 1));
    this.#world.fire("net:evicted_inbound_connection", {
      ...identity(victim),
      time_established: victim.connectedAt,
    });
    this.#closeSoon(victim);
  }

  /** Stops messages on the connection. Until it is closed, it still counts as a connection. */
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
