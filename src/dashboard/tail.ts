import type { RawEvent } from "../event/event.ts";
import { jsonValue } from "../event/json.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { decoded } from "../event/message.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { type ChosenKind, chooseEvents, type EventChoice } from "./event-choice.ts";
import { messageExcerpt } from "./message-excerpt.ts";
import { messageSummary } from "./message-summary.ts";

/** Which events somebody wants to see as they come. */
export interface TailRequest extends EventChoice {
  /** The peer whose messages are wanted whole; left out where no payload is. */
  readonly peer?: number;
}

/** Part of a tail: the events since the last part, or as many of them as are shown. */
export interface TailPart {
  /** As JSON, oldest first. */
  readonly events: readonly string[];
  /** Events that passed the query since the last part. */
  readonly matched: number;
  /** Of these, those that are not shown: they came faster than anybody reads. */
  readonly skipped: number;
  /** Events that the query was not asked about: there were too many. */
  readonly untested: number;
}

/** Shown with each part, that is four times a second. */
const MAX_SHOWN = 50;
/** A query takes half a microsecond, writing an event several; so many in a quarter of a second keep a tail's price below 2 % of a core. */
const MAX_TESTED = 5000;
/** Bytes of payloads that are decoded for a part; made up by a peer, each could take some 300 ns. */
const MAX_DECODED = 128 << 10;

/** Events that pass a query, as many as can be read. */
export class Tail {
  readonly #request: TailRequest;
  #filters = new KindMap<ChosenKind["passes"]>();
  #events: string[] = [];
  #matched = 0;
  #tested = 0;
  #untested = 0;
  #decoded = 0;

  /**
   * @param kinds of the source, as far as they are known
   * @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(request: TailRequest, kinds: readonly EventKind[]) {
    this.#request = request;
    this.learn(kinds);
  }

  get peer(): number | undefined {
    return this.#request.peer;
  }

  /** To be called with all kinds of the source, whenever there are more. */
  learn(kinds: readonly EventKind[]): void {
    const filters = new KindMap<ChosenKind["passes"]>();
    for (const { kind, passes } of chooseEvents(this.#request, kinds)) filters.add(kind, passes);
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

  take(): TailPart {
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

  /** In place of a payload stands what it says, as far as there is time to decode it. */
  #textOf(event: RawEvent): string {
    const { payload, ...rest } = event;
    if (!(payload instanceof Uint8Array)) return JSON.stringify(event, jsonValue);
    this.#decoded += payload.length;
    if (this.#decoded > MAX_DECODED) return JSON.stringify(rest, jsonValue);
    const message = decoded(event);
    const said = { summary: messageSummary(message), message: messageExcerpt(message) };
    return JSON.stringify({ ...rest, ...said }, jsonValue);
  }
}
