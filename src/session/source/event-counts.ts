import type { CountRequest } from "../../counting/count-request.ts";
import { EventCounter } from "../../counting/event-counter.ts";
import { DerivedSource } from "../../event/derived-source.ts";
import { isNotice, type Notice } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import type { CountSnapshot, CountSource } from "./count-source.ts";

/** Counts a stream's events as the kernel counts live ones. The events' times are its clock. */
export class EventCounts extends DerivedSource implements CountSource {
  readonly #counter: EventCounter;
  #learned = 0;

  /**
   * @param source the events that pass the request's query
   * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(source: EventSource, request: CountRequest) {
    super(source);
    this.#counter = new EventCounter(request);
    this.#learn();
  }

  /** The kinds of a live source arrive with its first events. */
  #learn(): void {
    const { kinds } = this.source;
    if (kinds.length === this.#learned) return;
    this.#counter.learn(kinds.slice(this.#learned));
    this.#learned = kinds.length;
  }

  async *snapshots(everyMs: number | null): AsyncGenerator<CountSnapshot> {
    let notices: Notice[] = [];
    let begin: number | undefined;
    let last = 0;
    const snapshot = (time: number): CountSnapshot => {
      const sinceLast = notices;
      notices = [];
      return {
        time,
        seconds: (time - (begin ?? time)) / 1000,
        counts: this.#counter.counts(),
        notices: sinceLast,
      };
    };
    let next = Number.POSITIVE_INFINITY;
    for await (const events of this.source.batches()) {
      this.#learn();
      for (const event of events) {
        if (begin === undefined) {
          begin = event.time;
          next = begin + (everyMs ?? Number.POSITIVE_INFINITY);
        }
        if (event.time >= next) {
          yield snapshot(next);
          // Intervals without events have no snapshot.
          next += everyMs! * (1 + Math.floor((event.time - next) / everyMs!));
        }
        last = event.time;
        if (isNotice(event)) notices.push(event);
        else this.#counter.count(event);
      }
    }
    yield snapshot(last);
  }
}
