/**
 * Relays transactions between the node and its peers:
 *
 *   peer ──inv──► node ──getdata──► peer ──tx──► node ──inv──► other peers ──getdata──► node ──tx──► them
 *
 * Each connection collects announcements for a random time. The node delays requests to inbound peers, because an
 * outbound peer may announce the same transaction in the meantime. If the parent of a transaction is missing, the node
 * keeps the transaction as an orphan and requests the parent by its txid.
 */
import { INVENTORY, type InventoryItem } from "../bitcoin/inventory.ts";
import type { Connections } from "./connections.ts";
import { feeRate, type Mempool } from "./mempool.ts";
import { PACE } from "./pace.ts";
import type { Payment } from "./payment.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** Delay of requests to inbound peers, in ms. */
const INBOUND_DELAY = 2000;
/** Maximum number of entries of an inv. */
const MAX_ANNOUNCED = 70;
const NOT_FOUND_CHANCE = 0.02;
/** Chance that a peer requests a transaction that the node announces. */
const WANTED_CHANCE = { common: 0.12, own: 0.7 } as const;

/** States of transactions that the node does not have or cannot use yet. */
const OUTSIDE: ReadonlySet<Payment["status"]> = new Set(["unseen", "requested", "orphan"]);

export class TransactionRelay {
  readonly #world: World;
  readonly #connections: Connections;
  readonly #mempool: Mempool;
  readonly #orphans = new Set<Payment>();
  /** Transactions of the node's wallet, which no peer can have announced before. */
  readonly #own = new WeakSet<Payment>();

  constructor(world: World, connections: Connections, mempool: Mempool) {
    this.#world = world;
    this.#connections = connections;
    this.#mempool = mempool;
  }

  /** Starts announcements on a new connection. */
  start(peer: Peer): void {
    peer.recurring(peer.inbound ? PACE.outboundTrickle : PACE.inboundTrickle, () =>
      this.#receiveInv(peer),
    );
    peer.recurring(peer.inbound ? PACE.inboundTrickle : PACE.outboundTrickle, () =>
      this.#sendInv(peer),
    );
  }

  /** Adds a new transaction to the network. Some peers will announce it. */
  publish(payment: Payment): void {
    const peers = this.#connections.ready.filter((peer) => peer.relaysTransactions);
    for (const peer of this.#world.prng.sample(peers, this.#world.prng.integer(2, 5))) {
      payment.knownBy.add(peer.id);
      peer.announcing.push(payment);
    }
    this.#world.schedule.after(PACE.paymentForgotten, () => {
      this.#orphans.delete(payment);
      if (OUTSIDE.has(payment.status)) this.#mempool.discard(payment);
    });
  }

  /** Announces a transaction of the node's wallet that is in the mempool. */
  publishOwn(payment: Payment): void {
    this.#own.add(payment);
    this.#announce(payment);
  }

  /** A peer sends a requested transaction. */
  #deliver(payment: Payment, peer: Peer): void {
    peer.receive({ type: "tx", transaction: payment.transaction });
    if (payment.status !== "requested") return;
    this.#mempool.offer(payment, { id: peer.id, name: peer.traits.name });
    this.#settle(payment, peer);
  }

  #settle(payment: Payment, peer: Peer): void {
    if (payment.status === "mempool") {
      this.#announce(payment);
      this.#acceptOrphans(payment, peer);
    } else if (payment.status === "orphan") {
      this.#orphans.add(payment);
      for (const { creator } of payment.spends) {
        if (creator?.status === "unseen") this.#request([creator], peer, true);
      }
    }
  }

  /** Offers the orphans of this parent to the mempool. */
  #acceptOrphans(parent: Payment, peer: Peer): void {
    for (const orphan of this.#orphans) {
      if (!orphan.spends.some(({ creator }) => creator === parent)) continue;
      this.#orphans.delete(orphan);
      if (orphan.status !== "orphan") continue;
      this.#mempool.offer(orphan, { id: peer.id, name: peer.traits.name });
      this.#settle(orphan, peer);
    }
  }

  /** Receives the peer's inv and requests transactions of it. */
  #receiveInv(peer: Peer): void {
    const announced = peer.announcing.splice(0, MAX_ANNOUNCED);
    if (announced.length === 0) return;
    peer.receive({ type: "inv", items: announced.map((payment) => announcement(payment, peer)) });
    peer.after(peer.inbound ? INBOUND_DELAY : 1, () => {
      const wanted = announced.filter(({ status }) => status === "unseen");
      if (wanted.length > 0) this.#request(wanted, peer);
    });
  }

  #request(wanted: readonly Payment[], peer: Peer, byTxid = !peer.traits.software.modern): void {
    for (const payment of wanted) payment.status = "requested";
    const items = wanted.map((payment) => requestItem(payment, byTxid));
    peer.send({ type: "getdata", items });
    const wait = peer.traits.roundTrip;
    this.#world.schedule.after(wait, () => {
      for (const [index, payment] of wanted.entries()) this.#answer(payment, items[index]!, peer);
    });
  }

  #answer(payment: Payment, item: InventoryItem, peer: Peer): void {
    const lost = !peer.open || this.#world.prng.chance(NOT_FOUND_CHANCE);
    if (!lost) this.#deliver(payment, peer);
    else if (payment.status === "requested") {
      payment.status = "unseen";
      if (peer.open) peer.receive({ type: "notfound", items: [item] });
    }
  }

  #announce(payment: Payment): void {
    for (const peer of this.#connections.ready) {
      if (peer.relaysTransactions && !payment.knownBy.has(peer.id)) peer.toAnnounce.push(payment);
    }
  }

  /** Sends the node's inv. The peer requests transactions of it. */
  #sendInv(peer: Peer): void {
    const announced = peer.toAnnounce.splice(0, MAX_ANNOUNCED).filter((payment) => {
      return payment.status === "mempool" && 1000 * feeRate(payment) >= Number(peer.feeFilter);
    });
    if (announced.length === 0) return;
    for (const payment of announced) payment.knownBy.add(peer.id);
    peer.send({ type: "inv", items: announced.map((payment) => announcement(payment, peer)) });
    const wanted = announced.filter((payment) =>
      this.#world.prng.chance(this.#own.has(payment) ? WANTED_CHANCE.own : WANTED_CHANCE.common),
    );
    if (wanted.length === 0) return;
    const byTxid = !peer.traits.software.modern;
    peer.reply(() => {
      peer.receive({
        type: "getdata",
        items: wanted.map((payment) => requestItem(payment, byTxid)),
      });
      for (const { transaction } of wanted) peer.send({ type: "tx", transaction });
    });
  }
}

/** An entry of inv. Peers without BIP 339 identify transactions by their txid. */
function announcement({ txid, wtxid }: Payment, peer: Peer): InventoryItem {
  return peer.traits.software.modern
    ? { kind: INVENTORY.wtx, hash: wtxid }
    : { kind: INVENTORY.tx, hash: txid };
}

/** An entry of getdata. */
function requestItem({ txid, wtxid }: Payment, byTxid: boolean): InventoryItem {
  return byTxid ? { kind: INVENTORY.witnessTx, hash: txid } : { kind: INVENTORY.wtx, hash: wtxid };
}
