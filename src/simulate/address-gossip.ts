import type { GossipedAddress } from "../bitcoin/gossip.ts";
import { SERVICES } from "../bitcoin/version.ts";
import { randomAddress } from "./addresses.ts";
import type { Connections } from "./connections.ts";
import { GOSSIP_NETWORKS } from "./neighbourhood.ts";
import { PACE } from "./pace.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** Addresses of an answer to getaddr, at most. */
const ANSWER = 1000;
/** The node's own answer: 23 % of the addresses it knows. */
const KNOWN_SHARE = { least: 150, most: 400 } as const;
/** Longer lists are not passed on. */
const RELAYED = 10;
const RELAY_TARGETS = 2;
const RELAY_DELAY = 5000;
/** In s: how long ago an address was seen, mostly. */
const AGE = 7200;
const SERVED = SERVICES.network | SERVICES.witness | SERVICES.networkLimited;

/** The spread of addresses: a few at a time between peers, many when someone asks. */
export class AddressGossip {
  readonly #world: World;
  readonly #connections: Connections;

  constructor(world: World, connections: Connections) {
    this.#world = world;
    this.#connections = connections;
  }

  /** Gossip begins on a new connection. */
  start(peer: Peer): void {
    if (!peer.relaysTransactions) return;
    peer.recurring(PACE.addressGossip, () => {
      const entries = this.#entries(this.#world.prng.integer(1, RELAYED), peer);
      peer.receive(message(entries, peer));
      this.#passOn(entries, peer);
    });
  }

  /** The node answers a getaddr. */
  answer(peer: Peer): void {
    const { least, most } = KNOWN_SHARE;
    peer.send(message(this.#entries(this.#world.prng.integer(least, most), peer), peer));
  }

  /** The peer answers the node's getaddr. */
  receiveAnswer(peer: Peer): void {
    peer.receive(message(this.#entries(this.#world.prng.integer(ANSWER / 2, ANSWER), peer), peer));
  }

  /** A list longer than the protocol allows. */
  flood(peer: Peer): void {
    const list = message(this.#entries(ANSWER + 1, peer), peer);
    peer.receive(list);
    this.#connections.punish(peer, `${list.type} message size = ${ANSWER + 1}`);
  }

  #passOn(entries: readonly GossipedAddress[], from: Peer): void {
    const peers = this.#connections.ready.filter(
      (peer) => peer.relaysTransactions && peer !== from,
    );
    for (const peer of this.#world.prng.sample(peers, RELAY_TARGETS)) {
      const known = entries.filter(({ address }) => speaks(peer, address.network));
      if (known.length === 0) continue;
      peer.after(this.#world.prng.exponential(RELAY_DELAY), () => peer.send(message(known, peer)));
    }
  }

  #entries(count: number, peer: Peer): GossipedAddress[] {
    const { prng, time } = this.#world;
    return Array.from({ length: count }, () => {
      const network = peer.traits.software.modern
        ? prng.weighted(GOSSIP_NETWORKS)
        : prng.pick(["ipv4", "ipv6"] as const);
      return {
        time: time - Math.floor(prng.exponential(AGE)),
        services: SERVED,
        address: randomAddress(network, prng),
      };
    });
  }
}

/** Without BIP 155 only IPv4 and IPv6 can be told. */
function speaks(peer: Peer, network: string): boolean {
  return peer.traits.software.modern || network === "ipv4" || network === "ipv6";
}

function message(entries: readonly GossipedAddress[], peer: Peer) {
  return { type: peer.traits.software.modern ? "addrv2" : "addr", entries } as const;
}
