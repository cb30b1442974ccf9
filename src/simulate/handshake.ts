/**
 * The first messages of a connection, in Core's order. Arrows point to the receiver:
 *
 *   outbound   node ──version──► peer ──version, wtxidrelay, sendaddrv2, verack──► node
 *              node ──wtxidrelay, sendaddrv2, verack, getaddr──► peer
 *   inbound    peer ──version──► node ──version, wtxidrelay, sendaddrv2, verack──► peer
 *              peer ──wtxidrelay, sendaddrv2, verack, getaddr──► node
 *   then both  sendcmpct, ping, getheaders, feefilter, and sendheaders after the other's headers
 *
 * A connection without transactions (block-relay-only) has no getaddr and no feefilter. A feeler closes after the
 * peer's version. A private broadcast sends only the necessary messages.
 */
import { SERVICES, type VersionMessage } from "../bitcoin/version.ts";
import type { Chain } from "./chain.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

const PROTOCOL_VERSION = 70016;
/** Protocol version of peers that support neither wtxidrelay nor sendaddrv2. */
const OLD_PROTOCOL_VERSION = 70015;
const COMPACT_BLOCKS = { version: 2n, highBandwidth: false } as const;
/** The simulated node prunes; its peers keep all blocks. */
const NODE_SERVICES = SERVICES.witness | SERVICES.networkLimited | SERVICES.p2pV2;
const PEER_SERVICES = NODE_SERVICES | SERVICES.network;
/** In sat per 1000 vB. Most peers accept transactions at the minimum feerate. */
const FEE_FILTERS = [1000n, 1000n, 1000n, 2000n, 5000n];

/** The node pings, the peer answers. */
export function ping(peer: Peer, { prng }: World): void {
  const nonce = prng.u64();
  peer.send({ type: "ping", nonce });
  peer.reply(() => peer.receive({ type: "pong", nonce }));
}

/** The peer pings, the node answers. */
export function answerPing(peer: Peer, { prng }: World): void {
  const nonce = prng.u64();
  peer.receive({ type: "ping", nonce });
  peer.send({ type: "pong", nonce });
}

export class Handshake {
  readonly #world: World;
  readonly #chain: Chain;

  constructor(world: World, chain: Chain) {
    this.#world = world;
    this.#chain = chain;
  }

  /** @param done runs after both sides have sent verack */
  begin(peer: Peer, done: () => void): void {
    if (peer.inbound) this.#inbound(peer, done);
    else this.#outbound(peer, done);
  }

  #outbound(peer: Peer, done: () => void): void {
    const { type } = peer.traits;
    peer.send({ type: "version", version: this.#nodeVersion(peer) });
    peer.reply(() => {
      peer.receive({ type: "version", version: this.#peerVersion(peer) });
      if (type === "private-broadcast") peer.send({ type: "verack" });
      else {
        this.#nodeFeatures(peer);
        if (type !== "block-relay-only") peer.send({ type: "getaddr" });
      }
      if (type === "feeler") return done();
      this.#peerFeatures(peer);
      if (type !== "private-broadcast") this.#nodePreferences(peer);
      done();
      if (type === "private-broadcast") return;
      peer.reply(() => this.#peerPreferences(peer));
    });
  }

  #inbound(peer: Peer, done: () => void): void {
    peer.after(peer.traits.roundTrip / 2, () => {
      peer.receive({ type: "version", version: this.#peerVersion(peer) });
      peer.send({ type: "version", version: this.#nodeVersion(peer) });
      this.#nodeFeatures(peer);
      peer.reply(() => {
        this.#peerFeatures(peer);
        this.#nodePreferences(peer);
        done();
        peer.receive({ type: "getaddr" });
        if (peer.traits.software.kind === "node") this.#peerPreferences(peer);
      });
    });
  }

  /** Sends the messages that must be between version and verack, and verack. */
  #nodeFeatures(peer: Peer): void {
    if (peer.traits.software.modern) {
      peer.send({ type: "wtxidrelay" });
      peer.send({ type: "sendaddrv2" });
    }
    peer.send({ type: "verack" });
  }

  #peerFeatures(peer: Peer): void {
    if (peer.traits.software.modern) {
      peer.receive({ type: "wtxidrelay" });
      peer.receive({ type: "sendaddrv2" });
    }
    peer.receive({ type: "verack" });
  }

  #nodePreferences(peer: Peer): void {
    peer.send({ type: "sendcmpct", ...COMPACT_BLOCKS });
    ping(peer, this.#world);
    if (peer.relaysBlocks) this.#askForHeaders(peer);
    if (peer.relaysTransactions) peer.send({ type: "feefilter", feeRate: 1000n });
  }

  #peerPreferences(peer: Peer): void {
    peer.receive({ type: "sendcmpct", ...COMPACT_BLOCKS });
    answerPing(peer, this.#world);
    if (!peer.relaysBlocks) return;
    peer.receive({ type: "getheaders", request: this.#headersRequest() });
    peer.send({ type: "headers", headers: [this.#chain.tip.header] });
    peer.receive({ type: "sendheaders" });
    if (!peer.relaysTransactions) return;
    peer.feeFilter = this.#world.prng.pick(FEE_FILTERS);
    peer.receive({ type: "feefilter", feeRate: peer.feeFilter });
  }

  #askForHeaders(peer: Peer): void {
    peer.send({ type: "getheaders", request: this.#headersRequest() });
    peer.reply(() => {
      peer.receive({ type: "headers", headers: [this.#chain.tip.header] });
      peer.send({ type: "sendheaders" });
    });
  }

  #headersRequest() {
    return { version: PROTOCOL_VERSION, locator: this.#chain.locator, stop: null };
  }

  #nodeVersion(peer: Peer): VersionMessage {
    const { type, address } = peer.traits;
    // A private broadcast must not reveal anything that could link it to the node.
    const hidden = type === "private-broadcast";
    return {
      version: PROTOCOL_VERSION,
      services: hidden ? 0n : NODE_SERVICES,
      time: hidden ? 0 : this.#world.time,
      receiver: hidden ? null : address,
      nonce: this.#world.prng.u64(),
      userAgent: hidden ? "/pynode:0.0.1/" : `/Satoshi:${this.#world.release}.0.0/`,
      startHeight: hidden ? 0 : this.#chain.tip.height,
      relay: !["block-relay-only", "feeler", "private-broadcast"].includes(type),
    };
  }

  #peerVersion(peer: Peer): VersionMessage {
    const { software } = peer.traits;
    return {
      version: software.modern ? PROTOCOL_VERSION : OLD_PROTOCOL_VERSION,
      services: software.kind === "node" ? PEER_SERVICES : 0n,
      time: this.#world.time + this.#world.prng.integer(-3, 3),
      receiver: null,
      nonce: this.#world.prng.u64(),
      userAgent: software.userAgent,
      startHeight: this.#chain.tip.height,
      relay: peer.relaysTransactions,
    };
  }
}
