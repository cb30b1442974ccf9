/** Who connects when, what is said on a connection beside transactions and blocks, and when it ends. */

import { INVENTORY } from "../bitcoin/inventory.ts";
import type { AddressGossip } from "./address-gossip.ts";
import type { BlockRelay } from "./block-relay.ts";
import type { Chain } from "./chain.ts";
import { type Connections, INBOUND_SLOTS } from "./connections.ts";
import { answerPing, type Handshake, ping } from "./handshake.ts";
import { inboundPeer, outboundPeer } from "./neighbourhood.ts";
import { PACE } from "./pace.ts";
import type { Payment } from "./payment.ts";
import type { Peer } from "./peer.ts";
import type { TransactionRelay } from "./transaction-relay.ts";
import type { World } from "./world.ts";

/** Connections that the node keeps up. */
const KEPT = { "outbound-full-relay": 8, "block-relay-only": 2, manual: 1 } as const;
type KeptType = keyof typeof KEPT;

/** In ms. */
const RECONNECT_DELAY = 2000;
const CRAWLER_STAY = 1500;
const SHORTEST_LIFE = 30_000;
/** While the node starts. */
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
    // The few of a small node come one by one; a larger one would take long to fill.
    for (let i = INBOUND_SLOTS; i < this.#connections.inboundSlots; i++) {
      this.#world.schedule.after(this.#world.prng.between(0, FIRST_CONNECTIONS), () =>
        this.#hello(),
      );
    }
    this.#world.recurring(PACE.inboundArrival, () => this.#hello());
    this.#world.recurring(PACE.feeler, () => this.#probe());
    this.#world.recurring(PACE.addressFetch, () => this.#fetchAddresses());
    this.#world.recurring(PACE.misbehaviour, () => this.#misbehave());
  }

  /** Since v31: the node's own transaction goes to a peer that learns nothing else of the node. */
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

  /** A connection that is replaced when it ends. */
  #keep(type: KeptType): void {
    const peer = this.#connections.open(outboundPeer(type, this.#world.prng));
    this.#conversation.handshake.begin(peer, () => {
      this.#settle(peer);
      if (type === "block-relay-only") return;
      peer.reply(() => this.#conversation.gossip.receiveAnswer(peer));
    });
    const { prng, schedule } = this.#world;
    schedule.after(SHORTEST_LIFE + prng.exponential(PACE.outboundLife), () => {
      this.#connections.close(peer);
      schedule.after(RECONNECT_DELAY, () => this.#keep(type));
    });
  }

  #hello(): void {
    const peer = this.#connections.open(inboundPeer(this.#world.prng));
    const crawler = peer.traits.software.kind === "crawler";
    this.#conversation.handshake.begin(peer, () => {
      this.#conversation.gossip.answer(peer);
      if (!crawler) this.#settle(peer);
    });
    const stay = crawler
      ? CRAWLER_STAY + 4 * peer.traits.roundTrip
      : this.#world.prng.skewed(PACE.inboundLife * this.#crowd, 0.9);
    peer.after(stay, () => this.#connections.close(peer));
  }

  /** As many arrive in a minute however many there is room for, so in a crowd they stay longer. */
  get #crowd(): number {
    return Math.max(1, this.#connections.inboundSlots / INBOUND_SLOTS);
  }

  /** Is there anyone at this address? */
  #probe(): void {
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
