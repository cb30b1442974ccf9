import type { RawEvent } from "../event/event.ts";
import { jsonValue } from "../event/json.ts";
import { KindMap } from "../event/kind.ts";
import { type ChosenKind, chooseEvents } from "./event-choice.ts";
import type { EventChoice, PastPart } from "./protocol/events.ts";
import type { RecentBlock, RecentEvents } from "./recent-events.ts";

/** A part whose events are JSON already. */
export interface PastText extends Omit<PastPart, "events" | "isFirst"> {
  readonly events: readonly string[];
}

/** Matches that are sent. */
const MAX_SHOWN = 200;

/** Searches recent events for matches of a query, step by step: there may be a hundred thousand events. */
export class LookBack {
  readonly #filters = new KindMap<ChosenKind["passes"]>();
  readonly #blocks: Iterator<RecentBlock>;
  #from = Number.POSITIVE_INFINITY;
  readonly #to: number;
  #events: string[] = [];
  #matched = 0;
  #isWhole = false;

  /**
   * @param to end of the time that is searched, in ms since the epoch
   * @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(choice: EventChoice, recent: RecentEvents, to: number) {
    for (const { kind, passes } of chooseEvents(choice, recent.kinds)) {
      this.#filters.add(kind, passes);
    }
    this.#blocks = recent.blocks();
    this.#to = to;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /**
   * Continues the search.
   * @param deadline when to stop, by performance.now(); a block that was begun is finished
   */
  step(deadline: number): void {
    while (!this.#isWhole && performance.now() < deadline) {
      const { done, value } = this.#blocks.next();
      if (done) this.#isWhole = true;
      else this.#search(value);
    }
  }

  /** Takes what was found since the last part. */
  take(): PastText {
    const events = this.#events;
    this.#events = [];
    const from = Number.isFinite(this.#from) ? this.#from : null;
    return { events, matched: this.#matched, from, to: this.#to, isWhole: this.#isWhole };
  }

  #search({ begin, events }: RecentBlock): void {
    this.#from = Math.min(this.#from, begin);
    for (let i = events.length - 1; i >= 0; i--) this.#test(events[i]!);
  }

  #test(event: RawEvent): void {
    if (!this.#filters.get(event)?.(event)) return;
    if (this.#matched++ < MAX_SHOWN) this.#events.push(JSON.stringify(event, jsonValue));
  }
}
