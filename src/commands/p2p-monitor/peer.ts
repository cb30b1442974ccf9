import { networkOfAddress } from "../../bitcoin/connection.ts";
import { Conversation } from "./conversation.ts";
import { Traffic } from "./traffic.ts";
import { TypeCounts } from "./type-counts.ts";

/** A connection, as far as it was seen. */
export class Peer {
  readonly pid: number;
  readonly id: number | bigint;
  readonly address: string;
  readonly connectionType: string;
  readonly network: string;
  /** When it was seen first, in milliseconds since the UNIX epoch. */
  readonly since: number;
  /** Whether that was when it was established: then its figures are whole. */
  readonly isWhole: boolean;
  readonly inbound = new Traffic();
  readonly outbound = new Traffic();
  readonly types = new TypeCounts();
  readonly conversation = new Conversation();
  /** Of the last message; "" before the first. */
  lastType = "";
  lastTime: number;
  misbehaved = 0;
  /** When it was closed, or had been silent for so long that it is taken for closed; null while it is open. */
  closed: { readonly time: number; readonly how: "closed" | "silent" } | null = null;

  constructor({ pid, id, address, connectionType, network, time, isWhole }: Handshake) {
    this.pid = pid;
    this.id = id;
    this.address = address;
    this.connectionType = connectionType;
    this.network = network ?? networkOfAddress(address) ?? "?";
    this.since = time;
    this.isWhole = isWhole;
    this.lastTime = time;
  }

  get isInbound(): boolean {
    return this.connectionType === "inbound";
  }

  say(time: number, direction: "in" | "out", type: string, size: number): void {
    (direction === "in" ? this.inbound : this.outbound).add(time, size);
    this.types.add(direction, type, size);
    this.conversation.add(time, direction, type, size);
    this.lastType = type;
    this.lastTime = time;
  }

  get bytes(): number {
    return this.inbound.bytes + this.outbound.bytes;
  }
}

export interface Handshake {
  readonly pid: number;
  readonly id: number | bigint;
  readonly address: string;
  readonly connectionType: string;
  /** Null where nobody told it. */
  readonly network: string | null;
  readonly time: number;
  readonly isWhole: boolean;
}
