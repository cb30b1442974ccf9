import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import type { EventKind } from "../../event/kind.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import { RecentMap } from "../../util/recent-map.ts";
import { ChainWatch } from "../chain/chain-watch.ts";
import { Incidents } from "./incidents.ts";
import { INCIDENT_EVENTS } from "./kinds.ts";

const MAX_ADDRESSES = 1000;

/** Incidents with all that they need of a stream, for readers without a whole model of the node. */
export class IncidentWatch {
  readonly incidents = new Incidents((peer) => this.#addresses.get(peer));
  readonly chain = new ChainWatch(this.incidents.reorganised);
  /** Addresses of the peers whose connection was seen. */
  readonly #addresses = new RecentMap<number, string>(MAX_ADDRESSES);
  readonly #readsAddresses: boolean;
  #nextSecond = 0;

  /** @param readsAddresses whether sentences name addresses of peers; counts do not need them */
  constructor({ readsAddresses = true }: { readonly readsAddresses?: boolean } = {}) {
    this.#readsAddresses = readsAddresses;
  }

  learn(kinds: readonly EventKind[]): void {
    this.incidents.learn(kinds);
  }

  see(event: StreamEvent): void {
    if (event.time >= this.#nextSecond) this.advance(event.time);
    this.chain.see(event);
    if (this.#readsAddresses && !isNotice(event)) this.#readAddress(event);
    if (WANTED.has(event.tracepoint)) this.incidents.see(event);
  }

  /** Lets time pass without an event. @param now ms since the epoch */
  advance(now: number): void {
    this.#nextSecond = (Math.floor(now / 1000) + 1) * 1000;
    this.chain.advance(now);
    this.incidents.advance(now);
  }

  /** Completes the open reorganisations at the end of the stream. */
  rest(): void {
    this.chain.rest();
  }

  #readAddress(event: RawEvent): void {
    if (!CONNECTIONS.has(event.tracepoint)) return;
    const [peer, address] = [numberIn(event, "peer_id"), textIn(event, "address")];
    if (peer !== null && address !== null) this.#addresses.set(peer, address);
  }
}

const WANTED: ReadonlySet<string> = new Set(INCIDENT_EVENTS);
const CONNECTIONS: ReadonlySet<string> = new Set([
  ...["net:inbound_connection", "net:outbound_connection"],
]);
