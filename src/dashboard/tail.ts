import type { RawEvent } from "../event/event.ts";
import { jsonValue } from "../event/json.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { decoded } from "../event/message.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { PeerDetails } from "../model/peers/peer.ts";
import { type ChosenKind, chooseEvents } from "./event-choice.ts";
import { messageExcerpt } from "./message-excerpt.ts";
import { messageSummary } from "./message-summary.ts";
import type { TailCommand, TailCounts } from "./protocol/events.ts";

/** The events since the last part, as JSON, oldest first. */
interface TailText extends TailCounts {
  readonly events: readonly string[];
}

/** Events in a part; there are four parts a second. */
const MAX_SHOWN = 50;
/** Tests between two parts. A test takes 0.5 µs, writing an event several: a tail costs less than 2 % of a core. */
const MAX_TESTED = 5000;
/** Bytes of payloads that are decoded for a part: a byte that a peer made up takes up to 300 ns. */
const MAX_DECODED = 128 << 10;

/** Collects the events that match a query, up to a number that people can read. */
export class Tail {
  readonly #command: TailCommand;
  #filters = new KindMap<ChosenKind["passes"]>();
  #events: string[] = [];
  #matched = 0;
  #tested = 0;
  #untested = 0;
  #decoded = 0;
  /** The details of its peer as the page has them. */
  #details = JSON.stringify(null);

  /**
   * @param kinds the kinds that the source has declared so far
   * @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(command: TailCommand, kinds: readonly EventKind[]) {
    this.#command = command;
    this.learn(kinds);
  }

  get peer(): number | undefined {
    return this.#command.peer;
  }

  /** Call with all kinds of the source whenever there are new ones. */
  learn(kinds: readonly EventKind[]): void {
    const filters = new KindMap<ChosenKind["passes"]>();
    for (const { kind, passes } of chooseEvents(this.#command, kinds)) filters.add(kind, passes);
    this.#filters = filters;
  }

  offer(event: StreamEvent): void {
    if (isNotice(event)) return;
    const passes = this.#filters.get(event);
    if (passes === undefined) return;
    if (++this.#tested > MAX_TESTED) {
      this.#untested++;
      return;
    }
    if (!passes(event)) return;
    this.#matched++;
    if (this.#events.length < MAX_SHOWN) this.#events.push(this.#textOf(event));
  }

  take(): TailText {
    const events = this.#events;
    const matched = this.#matched;
    const untested = this.#untested;
    this.#events = [];
    this.#matched = 0;
    this.#tested = 0;
    this.#untested = 0;
    this.#decoded = 0;
    return { events, matched, skipped: matched - events.length, untested };
  }

  /** Whether the page lacks the details of its peer as they are now. */
  isNew(details: PeerDetails | null): boolean {
    const before = this.#details;
    this.#details = JSON.stringify(details);
    return this.#details !== before;
  }

  /** The event with its payload decoded, or without it when there was no time to decode it. */
  #textOf(event: RawEvent): string {
    const { payload, ...rest } = event;
    if (!(payload instanceof Uint8Array)) return JSON.stringify(event, jsonValue);
    this.#decoded += payload.length;
    if (this.#decoded > MAX_DECODED) return JSON.stringify(rest, jsonValue);
    const message = decoded(event);
    const content = { summary: messageSummary(message), message: messageExcerpt(message) };
    return JSON.stringify({ ...rest, ...content }, jsonValue);
  }
}
