import type { GossipedAddress } from "../bitcoin/gossip.ts";
import { SERVICES } from "../bitcoin/version.ts";
import { randomAddress } from "./addresses.ts";
import type { Connections } from "./connections.ts";
import { GOSSIP_NETWORKS } from "./neighbourhood.ts";
import { PACE } from "./pace.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** Maximum number of addresses in the answer to a getaddr. */
const MAX_ANSWER = 1000;
/** Number of addresses in the node's own answer: 23 % of its address table. */
const OWN_ANSWER = { min: 150, max: 400 } as const;
/** The node does not relay longer lists. */
const MAX_RELAYED = 10;
const RELAY_TARGETS = 2;
/** Mean delay before a relay, in ms. */
const RELAY_DELAY = 5000;
/** Mean time since an address was seen, in s. */
const AGE = 7200;
const SERVED = SERVICES.network | SERVICES.witness | SERVICES.networkLimited;

/** Address relay: peers relay a few addresses at a time, and answer a getaddr with many. */
export class AddressGossip {
  readonly #world: World;
  readonly #connections: Connections;

  constructor(world: World, connections: Connections) {
    this.#world = world;
    this.#connections = connections;
  }

  /** Starts address relay on a new connection. */
  start(peer: Peer): void {
    if (!peer.relaysTransactions) return;
    peer.recurring(PACE.addressGossip, () => {
      const entries = this.#entries(this.#world.prng.integer(1, MAX_RELAYED), peer);
      peer.receive(message(entries, peer));
      this.#passOn(entries, peer);
    });
  }

  /** The node answers a getaddr. */
  answer(peer: Peer): void {
    const { min, max } = OWN_ANSWER;
    peer.send(message(this.#entries(this.#world.prng.integer(min, max), peer), peer));
  }

  /** The peer answers the node's getaddr. */
  receiveAnswer(peer: Peer): void {
    const count = this.#world.prng.integer(MAX_ANSWER / 2, MAX_ANSWER);
    peer.receive(message(this.#entries(count, peer), peer));
  }

  /** The peer sends a longer list than the protocol allows. */
  flood(peer: Peer): void {
    const list = message(this.#entries(MAX_ANSWER + 1, peer), peer);
    peer.receive(list);
    this.#connections.punish(peer, `${list.type} message size = ${MAX_ANSWER + 1}`);
  }

  #passOn(entries: readonly GossipedAddress[], from: Peer): void {
    const peers = this.#connections.ready.filter(
      (peer) => peer.relaysTransactions && peer !== from,
    );
    for (const peer of this.#world.prng.sample(peers, RELAY_TARGETS)) {
      const relayed = entries.filter(({ address }) => supports(peer, address.network));
      if (relayed.length === 0) continue;
      peer.after(this.#world.prng.exponential(RELAY_DELAY), () =>
        peer.send(message(relayed, peer)),
      );
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

/** Peers without BIP 155 support only IPv4 and IPv6 addresses. */
function supports(peer: Peer, network: string): boolean {
  return peer.traits.software.modern || network === "ipv4" || network === "ipv6";
}

function message(entries: readonly GossipedAddress[], peer: Peer) {
  return { type: peer.traits.software.modern ? "addrv2" : "addr", entries } as const;
}
