import type { NetworkAddress } from "../bitcoin/address.ts";
import { type Message, serializePayload } from "../bitcoin/message.ts";
import type { Payment } from "./payment.ts";
import type { World } from "./world.ts";

export type ConnectionType =
  | "inbound"
  | "outbound-full-relay"
  | "block-relay-only"
  | "manual"
  | "feeler"
  | "addr-fetch"
  | "private-broadcast";

/** The contract's numbers of networks. */
export const NETWORK_NUMBER = {
  unroutable: 0,
  ipv4: 1,
  ipv6: 2,
  onion: 3,
  i2p: 4,
  cjdns: 5,
} as const;

export interface PeerTraits {
  readonly type: ConnectionType;
  /** Address and port in Core's notation, or the host name with which the peer was added. */
  readonly name: string;
  /** The network of the connection. */
  readonly network: keyof typeof NETWORK_NUMBER;
  /** Null if only a host name is known. */
  readonly address: NetworkAddress | null;
  readonly software: Software;
  /** Round trip time in ms. */
  readonly roundTrip: number;
}

/** The peer's software. A crawler only collects addresses. */
export interface Software {
  readonly userAgent: string;
  readonly kind: "node" | "crawler";
  /** Whether it supports BIP 339 and BIP 155, like Core since 0.21. */
  readonly modern: boolean;
}

/** One connection of the simulated node and its negotiated state. */
export class Peer {
  readonly id: number;
  readonly traits: PeerTraits;
  /** UNIX time in s. */
  readonly connectedAt: number;
  open = true;
  /** Whether both sides have sent verack. */
  ready = false;
  /** Whether it sends new blocks to the node as compact blocks without a request. */
  announcesCompact = false;
  /** Whether the node sends it new blocks as compact blocks without a request. */
  wantsCompact = false;
  /** In sat per 1000 vB. */
  feeFilter = 0n;
  /** Display hash of the newest block that it announced or received. */
  knownTip = "";
  /** Payments of its next inv, and of the node's next inv to it. */
  readonly announcing: Payment[] = [];
  readonly toAnnounce: Payment[] = [];
  readonly #world: World;

  constructor(id: number, traits: PeerTraits, world: World) {
    this.id = id;
    this.traits = traits;
    this.#world = world;
    this.connectedAt = world.time;
  }

  get inbound(): boolean {
    return this.traits.type === "inbound";
  }

  /** Whether transactions travel on this connection. */
  get relaysTransactions(): boolean {
    const { type, software } = this.traits;
    return (
      software.kind === "node" &&
      (type === "inbound" || type === "outbound-full-relay" || type === "manual")
    );
  }

  /** Whether new blocks are announced on this connection. */
  get relaysBlocks(): boolean {
    return this.relaysTransactions || this.traits.type === "block-relay-only";
  }

  /** The node sends it a message. */
  send(message: Message): void {
    this.#world.fire("net:outbound_message", this.#values(message));
  }

  /** The node processes a message from it. */
  receive(message: Message): void {
    this.#world.fire("net:inbound_message", this.#values(message));
  }

  /** Runs `action` after `ms`, unless the connection is closed by then. */
  after(ms: number, action: () => void): void {
    this.#world.schedule.after(ms, () => {
      if (this.open) action();
    });
  }

  /** Runs `action` after a round trip, with some jitter. */
  reply(action: () => void): void {
    this.after(this.traits.roundTrip * this.#world.prng.between(0.9, 1.4), action);
  }

  /** Runs `action` at random intervals of `mean` ms on average, until the connection closes. */
  recurring(mean: number, action: () => void): void {
    this.after(this.#world.prng.exponential(mean), () => {
      action();
      this.recurring(mean, action);
    });
  }

  #values(message: Message) {
    const payload = serializePayload(message);
    return {
      peer_id: this.id,
      address: this.traits.name,
      connection_type: this.traits.type,
      msg_type: message.type,
      size: payload.length,
      payload,
    };
  }
}
