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
  /** Address and port as Core prints them, or the host name it was added by. */
  readonly name: string;
  /** What connections to it go through. */
  readonly network: keyof typeof NETWORK_NUMBER;
  /** Null when only a name is known. */
  readonly address: NetworkAddress | null;
  readonly software: Software;
  /** Time a message takes to it and back, in ms. */
  readonly roundTrip: number;
}

/** What runs at the other end. A crawler only wants addresses. */
export interface Software {
  readonly userAgent: string;
  readonly kind: "node" | "crawler";
  /** BIP 339 and BIP 155: both came with Core 0.21. */
  readonly modern: boolean;
}

/** One connection of the simulated node and what both sides agreed on. */
export class Peer {
  readonly id: number;
  readonly traits: PeerTraits;
  /** UNIX s. */
  readonly connectedAt: number;
  open = true;
  /** Whether both sides have said verack. */
  ready = false;
  /** It sends us new blocks as compact blocks unasked. */
  announcesCompact = false;
  /** We send it new blocks as compact blocks unasked. */
  wantsCompact = false;
  /** In sat per 1000 vB. */
  feeFilter = 0n;
  /** Display hash of the newest block it told us of. */
  knownTip = "";
  /** What it will announce to us with its next inv, and what we will announce to it. */
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

  /** A message from it is processed. */
  receive(message: Message): void {
    this.#world.fire("net:inbound_message", this.#values(message));
  }

  /** Runs `action` in `ms`, unless the connection is closed by then. */
  after(ms: number, action: () => void): void {
    this.#world.schedule.after(ms, () => {
      if (this.open) action();
    });
  }

  /** Runs `action` after a round trip, with some jitter. */
  reply(action: () => void): void {
    this.after(this.traits.roundTrip * this.#world.prng.between(0.9, 1.4), action);
  }

  /** Runs `action` again and again, `mean` ms apart on average, until the connection closes. */
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
