/** Opens and closes connections, and exchanges the messages that are not about transactions or blocks. */

import { INVENTORY } from "../bitcoin/inventory.ts";
import type { AddressGossip } from "./address-gossip.ts";
import type { BlockRelay } from "./block-relay.ts";
import type { Chain } from "./chain.ts";
import { type Connections, INBOUND_SLOTS } from "./connections.ts";
import { answerPing, type Handshake, ping } from "./handshake.ts";
import { crowdPeer, inboundPeer, outboundPeer } from "./neighbourhood.ts";
import { PACE } from "./pace.ts";
import type { Payment } from "./payment.ts";
import type { Peer } from "./peer.ts";
import type { TransactionRelay } from "./transaction-relay.ts";
import type { World } from "./world.ts";

/** Numbers of connections that the node maintains. */
const KEPT = { "outbound-full-relay": 8, "block-relay-only": 2, manual: 1 } as const;
type KeptType = keyof typeof KEPT;

/** In ms. */
const RECONNECT_DELAY = 2000;
const CRAWLER_STAY = 1500;
const MIN_LIFE = 30_000;
/** Time in which the node makes its first connections. */
const FIRST_CONNECTIONS = 4000;

interface Conversation {
  readonly handshake: Handshake;
  readonly gossip: AddressGossip;
  readonly transactions: TransactionRelay;
  readonly blocks: BlockRelay;
}

export class Population {
  readonly #world: World;
  readonly #connections: Connections;
  readonly #chain: Chain;
  readonly #conversation: Conversation;

  constructor(world: World, connections: Connections, chain: Chain, conversation: Conversation) {
    this.#world = world;
    this.#connections = connections;
    this.#chain = chain;
    this.#conversation = conversation;
  }

  start(): void {
    for (const type of Object.keys(KEPT) as KeptType[]) {
      for (let i = 0; i < KEPT[type]; i++) {
        this.#world.schedule.after(this.#world.prng.between(0, FIRST_CONNECTIONS), () =>
          this.#keep(type),
        );
      }
    }
    // The default slots fill one by one, as peers arrive. More slots would take too long, so they fill at the start.
    for (let i = INBOUND_SLOTS; i < this.#connections.inboundSlots; i++) {
      this.#world.schedule.after(this.#world.prng.between(0, FIRST_CONNECTIONS), () =>
        this.#acceptInbound(),
      );
    }
    this.#world.recurring(PACE.inboundArrival, () => this.#acceptInbound());
    this.#world.recurring(PACE.feeler, () => this.#openFeeler());
    this.#world.recurring(PACE.addressFetch, () => this.#fetchAddresses());
    this.#world.mishap(PACE.evictionWave, () =>
      this.#crowd(this.#world.schedule.now + PACE.evictionWaveLength),
    );
    this.#world.recurring(PACE.misbehaviour, () => this.#misbehave());
  }

  /** Sends a transaction of the node to a peer that learns nothing else about the node (since v31). */
  broadcastPrivately(payment: Payment, done: () => void): void {
    const peer = this.#connections.open(outboundPeer("private-broadcast", this.#world.prng));
    const items = [{ kind: INVENTORY.tx, hash: payment.txid }];
    this.#conversation.handshake.begin(peer, () => {
      peer.send({ type: "inv", items });
      peer.reply(() => {
        peer.receive({ type: "getdata", items });
        peer.send({ type: "tx", transaction: payment.transaction });
        ping(peer, this.#world);
        peer.after(3 * peer.traits.roundTrip, () => {
          this.#connections.close(peer);
          done();
        });
      });
    });
  }

  /** Opens a connection, and another one of the same type when it ends. */
  #keep(type: KeptType): void {
    const peer = this.#connections.open(outboundPeer(type, this.#world.prng));
    this.#conversation.handshake.begin(peer, () => {
      this.#settle(peer);
      if (type === "block-relay-only") return;
      peer.reply(() => this.#conversation.gossip.receiveAnswer(peer));
    });
    const { prng, schedule } = this.#world;
    schedule.after(MIN_LIFE + prng.exponential(PACE.outboundLife), () => {
      this.#connections.close(peer);
      schedule.after(RECONNECT_DELAY, () => this.#keep(type));
    });
  }

  #acceptInbound(): void {
    const peer = this.#connections.open(inboundPeer(this.#world.prng));
    const crawler = peer.traits.software.kind === "crawler";
    this.#conversation.handshake.begin(peer, () => {
      this.#conversation.gossip.answer(peer);
      if (!crawler) this.#settle(peer);
    });
    const stay = crawler
      ? CRAWLER_STAY + 4 * peer.traits.roundTrip
      : this.#world.prng.skewed(PACE.inboundLife * this.#stayFactor, 0.9);
    peer.after(stay, () => this.#connections.close(peer));
  }

  /** Peers of one network connect until `end`, one after the other, and say nothing after the handshake. */
  #crowd(end: number): void {
    if (this.#world.schedule.now >= end) return;
    const peer = this.#connections.open(crowdPeer(this.#world.fate));
    this.#conversation.handshake.begin(peer, () => this.#conversation.gossip.answer(peer));
    peer.after(PACE.inboundLife, () => this.#connections.close(peer));
    this.#world.schedule.after(this.#world.fate.exponential(PACE.evictionWaveArrival), () =>
      this.#crowd(end),
    );
  }

  /** The rate of arrivals does not depend on the number of slots. With more slots, peers stay longer to fill them. */
  get #stayFactor(): number {
    return Math.max(1, this.#connections.inboundSlots / INBOUND_SLOTS);
  }

  /** Checks whether a node listens at an address. */
  #openFeeler(): void {
    const peer = this.#connections.open(outboundPeer("feeler", this.#world.prng));
    this.#conversation.handshake.begin(peer, () => this.#connections.close(peer));
  }

  #fetchAddresses(): void {
    const peer = this.#connections.open(outboundPeer("addr-fetch", this.#world.prng));
    this.#conversation.handshake.begin(peer, () => {
      peer.reply(() => {
        this.#conversation.gossip.receiveAnswer(peer);
        this.#connections.close(peer);
      });
    });
  }

  #settle(peer: Peer): void {
    peer.ready = true;
    peer.recurring(PACE.ping, () => ping(peer, this.#world));
    peer.recurring(PACE.ping, () => answerPing(peer, this.#world));
    this.#conversation.gossip.start(peer);
    if (peer.relaysTransactions) this.#conversation.transactions.start(peer);
    if (peer.relaysBlocks) this.#conversation.blocks.start(peer);
  }

  #misbehave(): void {
    const { prng } = this.#world;
    const inbound = this.#connections.ready.filter((peer) => peer.inbound);
    if (inbound.length === 0) return;
    const peer = prng.pick(inbound);
    if (prng.chance(0.5)) {
      this.#conversation.gossip.flood(peer);
      return;
    }
    const { header } = this.#chain.tip;
    peer.receive({ type: "headers", headers: [header, header] });
    this.#connections.punish(peer, "non-continuous headers sequence");
  }
}
