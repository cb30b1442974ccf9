/**
 * Relays new blocks between the node and its peers. High-bandwidth peers send compact blocks without a request. The
 * others announce headers, and the node requests the block, compact or full:
 *
 *   peer ──cmpctblock──► node                                   (high-bandwidth peers)
 *   peer ──headers──► node ──getdata──► peer ──cmpctblock──► node
 *                                            └─block──► node    (sometimes)
 *   missing transactions:    node ──getblocktxn──► peer ──blocktxn──► node
 */
import { compactBlock } from "../bitcoin/compact-block.ts";
import { displayHash } from "../bitcoin/hash.ts";
import { INVENTORY } from "../bitcoin/inventory.ts";
import type { Message } from "../bitcoin/message.ts";
import type { MinedBlock } from "./chain.ts";
import type { Connections } from "./connections.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** Maximum number of peers that send the node compact blocks without a request. */
const MAX_HIGH_BANDWIDTH = 3;
const FULL_BLOCK_CHANCE = 0.2;
/** Number of peers that announce a block after the first one, and their delay in ms. */
const LATER_ANNOUNCERS = 6;
const LATER_DELAY = { min: 60, max: 2500 } as const;
/** Chances that a peer requests an announced block. */
const REQUEST_CHANCE = { compact: 0.2, full: 0.08 } as const;
/** Chance that an inbound peer selects the node as high-bandwidth peer. */
const SELECTED_BY_PEER_CHANCE = 0.15;

/** Delay of a block while no peer is connected, in ms. */
const NO_PEER_DELAY = 1000;

const COMPACT_VERSION = 2n;

export class BlockRelay {
  readonly #world: World;
  readonly #connections: Connections;
  /** Oldest first. */
  #highBandwidth: Peer[] = [];

  constructor(world: World, connections: Connections) {
    this.#world = world;
    this.#connections = connections;
  }

  /** Starts block relay on a new connection. */
  start(peer: Peer): void {
    if (!peer.inbound || !this.#world.prng.chance(SELECTED_BY_PEER_CHANCE)) return;
    peer.after(this.#world.prng.between(1000, 5000), () => {
      peer.wantsCompact = true;
      peer.receive({ type: "sendcmpct", highBandwidth: true, version: COMPACT_VERSION });
    });
  }

  /**
   * Delivers a block from the network to the node, as soon as a peer is connected.
   * @param validated runs with the peer that sent the block, once the block is complete
   */
  arrive(mined: MinedBlock, validated: (peer: Peer) => void): void {
    const peers = this.#connections.ready.filter((peer) => peer.relaysBlocks);
    const [first, ...others] = this.#world.prng.sample(peers, 1 + LATER_ANNOUNCERS);
    if (first === undefined) {
      this.#world.schedule.after(NO_PEER_DELAY, () => this.arrive(mined, validated));
      return;
    }
    this.#announced(mined, first);
    if (first.announcesCompact) this.#receiveCompact(mined, first, validated);
    else {
      first.receive({ type: "headers", headers: [mined.block.header] });
      this.#fetch(mined, first, validated);
    }
    for (const peer of others) this.#announceLater(mined, peer);
  }

  /** Selects a peer that sent a connected block as high-bandwidth peer. */
  selectHighBandwidth(peer: Peer): void {
    this.#highBandwidth = this.#highBandwidth.filter(({ open }) => open);
    if (!peer.open || peer.announcesCompact) return;
    if (this.#highBandwidth.length >= MAX_HIGH_BANDWIDTH) {
      this.#setHighBandwidth(this.#highBandwidth.shift()!, false);
    }
    this.#highBandwidth.push(peer);
    this.#setHighBandwidth(peer, true);
  }

  /** Sends the block to the peers that selected the node, before the node connects it. */
  announceEarly(mined: MinedBlock): void {
    const block = compactBlock(mined.block, this.#world.prng.u64());
    for (const peer of this.#uninformed(mined)) {
      if (!peer.wantsCompact) continue;
      this.#announced(mined, peer);
      peer.send({ type: "cmpctblock", block });
    }
  }

  /** Announces the connected block to the other peers. Some of them request it. */
  announce(mined: MinedBlock): void {
    const headers: Message = { type: "headers", headers: [mined.block.header] };
    for (const peer of this.#uninformed(mined)) {
      this.#announced(mined, peer);
      peer.send(headers);
      if (this.#world.prng.chance(REQUEST_CHANCE.compact)) this.#serveCompact(mined, peer);
      else if (this.#world.prng.chance(REQUEST_CHANCE.full)) this.#serveFull(mined, peer);
    }
  }

  #fetch(mined: MinedBlock, peer: Peer, validated: (peer: Peer) => void): void {
    const isFull = this.#world.prng.chance(FULL_BLOCK_CHANCE);
    const kind = isFull ? INVENTORY.witnessBlock : INVENTORY.compactBlock;
    peer.send({ type: "getdata", items: [{ kind, hash: mined.hash }] });
    this.#await(mined, peer, validated, () => {
      if (!isFull) return this.#receiveCompact(mined, peer, validated);
      peer.receive({ type: "block", block: mined.block });
      validated(peer);
    });
  }

  #receiveCompact(mined: MinedBlock, peer: Peer, validated: (peer: Peer) => void): void {
    peer.receive({ type: "cmpctblock", block: compactBlock(mined.block, this.#world.prng.u64()) });
    const { transactions } = mined.block;
    const indexes = [...mined.payments.keys()].filter(
      (index) => index > 0 && mined.payments[index]!.status !== "mempool",
    );
    if (indexes.length === 0) {
      validated(peer);
      return;
    }
    peer.send({ type: "getblocktxn", request: { blockHash: mined.hash, indexes } });
    this.#await(mined, peer, validated, () => {
      const missing = indexes.map((index) => transactions[index]!);
      peer.receive({
        type: "blocktxn",
        response: { blockHash: mined.hash, transactions: missing },
      });
      validated(peer);
    });
  }

  /** Runs `answered` after a round trip. If the peer is disconnected by then, another one delivers the block. */
  #await(
    mined: MinedBlock,
    peer: Peer,
    validated: (peer: Peer) => void,
    answered: () => void,
  ): void {
    this.#world.schedule.after(peer.traits.roundTrip, () => {
      if (peer.open) answered();
      else this.arrive(mined, validated);
    });
  }

  /** Another peer announces a block that the node has already. */
  #announceLater(mined: MinedBlock, peer: Peer): void {
    peer.after(this.#world.prng.between(LATER_DELAY.min, LATER_DELAY.max), () => {
      if (peer.knownTip === displayHash(mined.hash)) return;
      this.#announced(mined, peer);
      if (peer.announcesCompact) {
        peer.receive({
          type: "cmpctblock",
          block: compactBlock(mined.block, this.#world.prng.u64()),
        });
      } else peer.receive({ type: "headers", headers: [mined.block.header] });
    });
  }

  #serveCompact(mined: MinedBlock, peer: Peer): void {
    const { transactions } = mined.block;
    peer.reply(() => {
      const items = [{ kind: INVENTORY.compactBlock, hash: mined.hash }];
      peer.receive({ type: "getdata", items });
      peer.send({ type: "cmpctblock", block: compactBlock(mined.block, this.#world.prng.u64()) });
      if (transactions.length < 3 || this.#world.prng.chance(0.5)) return;
      const indexes = [1, transactions.length - 1];
      peer.reply(() => {
        peer.receive({ type: "getblocktxn", request: { blockHash: mined.hash, indexes } });
        peer.send({
          type: "blocktxn",
          response: {
            blockHash: mined.hash,
            transactions: indexes.map((index) => transactions[index]!),
          },
        });
      });
    });
  }

  #serveFull(mined: MinedBlock, peer: Peer): void {
    peer.reply(() => {
      const items = [{ kind: INVENTORY.witnessBlock, hash: mined.hash }];
      peer.receive({ type: "getdata", items });
      peer.send({ type: "block", block: mined.block });
    });
  }

  #setHighBandwidth(peer: Peer, highBandwidth: boolean): void {
    peer.announcesCompact = highBandwidth;
    if (!peer.open) return;
    peer.send({ type: "sendcmpct", highBandwidth, version: COMPACT_VERSION });
  }

  #announced(mined: MinedBlock, peer: Peer): void {
    peer.knownTip = displayHash(mined.hash);
  }

  #uninformed(mined: MinedBlock): Peer[] {
    const hash = displayHash(mined.hash);
    return this.#connections.ready.filter((peer) => peer.relaysBlocks && peer.knownTip !== hash);
  }
}
