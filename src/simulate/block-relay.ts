/**
 * New blocks between the node and its peers. A peer chosen for it sends compact blocks unasked; the others announce
 * headers, and the node asks for the block, compact or whole:
 *
 *   peer ──cmpctblock──► node                                   (chosen peers)
 *   peer ──headers──► node ──getdata──► peer ──cmpctblock──► node
 *                                            └─block──► node    (sometimes)
 *   what the mempool lacks:  node ──getblocktxn──► peer ──blocktxn──► node
 */
import { compactBlock } from "../bitcoin/compact-block.ts";
import { displayHash } from "../bitcoin/hash.ts";
import { INVENTORY } from "../bitcoin/inventory.ts";
import type { Message } from "../bitcoin/message.ts";
import type { MinedBlock } from "./chain.ts";
import type { Connections } from "./connections.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** Peers that the node lets send compact blocks unasked. */
const CHOSEN = 3;
const WHOLE_BLOCK_CHANCE = 0.2;
/** Peers that announce a block beside the first, and the time they lag behind, in ms. */
const FOLLOWERS = 6;
const LAG = { shortest: 60, longest: 2500 } as const;
const FETCH_CHANCE = { compact: 0.2, whole: 0.08 } as const;
/** Inbound peers choose the node as one of theirs. */
const CHOSEN_BY_PEER_CHANCE = 0.15;

/** In ms: when no peer is there to bring a block. */
const LONELY_DELAY = 1000;

const COMPACT_VERSION = 2n;

export class BlockRelay {
  readonly #world: World;
  readonly #connections: Connections;
  /** Oldest first. */
  #chosen: Peer[] = [];

  constructor(world: World, connections: Connections) {
    this.#world = world;
    this.#connections = connections;
  }

  /** Block relay begins on a new connection. */
  start(peer: Peer): void {
    if (!peer.inbound || !this.#world.prng.chance(CHOSEN_BY_PEER_CHANCE)) return;
    peer.after(this.#world.prng.between(1000, 5000), () => {
      peer.wantsCompact = true;
      peer.receive({ type: "sendcmpct", highBandwidth: true, version: COMPACT_VERSION });
    });
  }

  /**
   * A block travels from the network to the node, as soon as a peer is connected.
   * @param validated runs when all of it is there, with the peer that brought it
   */
  arrive(mined: MinedBlock, validated: (peer: Peer) => void): void {
    const peers = this.#connections.ready.filter((peer) => peer.relaysBlocks);
    const [first, ...others] = this.#world.prng.sample(peers, 1 + FOLLOWERS);
    if (first === undefined) {
      this.#world.schedule.after(LONELY_DELAY, () => this.arrive(mined, validated));
      return;
    }
    this.#announced(mined, first);
    if (first.announcesCompact) this.#receiveCompact(mined, first, validated);
    else {
      first.receive({ type: "headers", headers: [mined.block.header] });
      this.#fetch(mined, first, validated);
    }
    for (const peer of others) this.#follow(mined, peer);
  }

  /** The peer brought the node a block that it connected: it may send the next one unasked. */
  reward(peer: Peer): void {
    this.#chosen = this.#chosen.filter(({ open }) => open);
    if (!peer.open || peer.announcesCompact) return;
    if (this.#chosen.length >= CHOSEN) this.#choose(this.#chosen.shift()!, false);
    this.#chosen.push(peer);
    this.#choose(peer, true);
  }

  /** Before the block is connected, those who want it at once get it. */
  announceEarly(mined: MinedBlock): void {
    const block = compactBlock(mined.block, this.#world.prng.u64());
    for (const peer of this.#uninformed(mined)) {
      if (!peer.wantsCompact) continue;
      this.#announced(mined, peer);
      peer.send({ type: "cmpctblock", block });
    }
  }

  /** After the block is connected, the others hear of it and some ask for it. */
  announce(mined: MinedBlock): void {
    const headers: Message = { type: "headers", headers: [mined.block.header] };
    for (const peer of this.#uninformed(mined)) {
      this.#announced(mined, peer);
      peer.send(headers);
      if (this.#world.prng.chance(FETCH_CHANCE.compact)) this.#serveCompact(mined, peer);
      else if (this.#world.prng.chance(FETCH_CHANCE.whole)) this.#serveWhole(mined, peer);
    }
  }

  #fetch(mined: MinedBlock, peer: Peer, validated: (peer: Peer) => void): void {
    const whole = this.#world.prng.chance(WHOLE_BLOCK_CHANCE);
    const kind = whole ? INVENTORY.witnessBlock : INVENTORY.compactBlock;
    peer.send({ type: "getdata", items: [{ kind, hash: mined.hash }] });
    this.#await(mined, peer, validated, () => {
      if (!whole) return this.#receiveCompact(mined, peer, validated);
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

  /** Runs `answered` after a round trip; when the peer is gone by then, another one brings the block. */
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

  /** Another peer tells what the node already knows. */
  #follow(mined: MinedBlock, peer: Peer): void {
    peer.after(this.#world.prng.between(LAG.shortest, LAG.longest), () => {
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

  #serveWhole(mined: MinedBlock, peer: Peer): void {
    peer.reply(() => {
      const items = [{ kind: INVENTORY.witnessBlock, hash: mined.hash }];
      peer.receive({ type: "getdata", items });
      peer.send({ type: "block", block: mined.block });
    });
  }

  #choose(peer: Peer, chosen: boolean): void {
    peer.announcesCompact = chosen;
    if (!peer.open) return;
    peer.send({ type: "sendcmpct", highBandwidth: chosen, version: COMPACT_VERSION });
  }

  #announced(mined: MinedBlock, peer: Peer): void {
    peer.knownTip = displayHash(mined.hash);
  }

  #uninformed(mined: MinedBlock): Peer[] {
    const hash = displayHash(mined.hash);
    return this.#connections.ready.filter((peer) => peer.relaysBlocks && peer.knownTip !== hash);
  }
}
