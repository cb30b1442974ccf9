import type { RawEvent } from "../event/event.ts";
import { jsonValue } from "../event/json.ts";
import { KindMap } from "../event/kind.ts";
import { type ChosenKind, chooseEvents, type EventChoice } from "./event-choice.ts";
import type { RecentBlock, RecentEvents } from "./recent-events.ts";

/** Part of what happened before somebody asked. */
export interface PastPart {
  /** As JSON, newest first, older than those of the part before. */
  readonly events: readonly string[];
  /** How many events matched so far; of more than are shown, the newest are. */
  readonly matched: number;
  /** How far back was looked so far, in ms since the epoch; null while no event was seen. */
  readonly from: number | null;
  readonly to: number;
  /** Whether no other part follows. */
  readonly isWhole: boolean;
}

/** Matches that are shown. */
const MAX_SHOWN = 200;

/** Finds the recent events that pass a query, a little at a time: there may be a hundred thousand. */
export class LookBack {
  readonly #filters = new KindMap<ChosenKind["passes"]>();
  readonly #blocks: Iterator<RecentBlock>;
  #from = Number.POSITIVE_INFINITY;
  readonly #to: number;
  #events: string[] = [];
  #matched = 0;
  #isWhole = false;

  /**
   * @param to when it was asked, in ms since the epoch
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
   * Looks on.
   * @param deadline until when, by performance.now(); a block that was begun is finished
   */
  step(deadline: number): void {
    while (!this.#isWhole && performance.now() < deadline) {
      const { done, value } = this.#blocks.next();
      if (done) this.#isWhole = true;
      else this.#look(value);
    }
  }

  /** What was found since the last part. */
  take(): PastPart {
    const events = this.#events;
    this.#events = [];
    const from = Number.isFinite(this.#from) ? this.#from : null;
    return { events, matched: this.#matched, from, to: this.#to, isWhole: this.#isWhole };
  }

  #look({ begin, events }: RecentBlock): void {
    this.#from = Math.min(this.#from, begin);
    for (let i = events.length - 1; i >= 0; i--) this.#test(events[i]!);
  }

  #test(event: RawEvent): void {
    if (!this.#filters.get(event)?.(event)) return;
    if (this.#matched++ < MAX_SHOWN) this.#events.push(JSON.stringify(event, jsonValue));
  }
}
