import { type CountPlan, CountQuery, checkUnits } from "../counting/count-query.ts";
import { BY_TRACEPOINT, type CountRequest } from "../counting/count-request.ts";
import { type CountShape, type KeyValue, shapeOf } from "../counting/group.ts";
import { StreamCounter } from "../counting/stream-counter.ts";
import type { ReadField } from "../query/evaluate.ts";
import { queryFields } from "../query/scope.ts";
import type { Cost } from "../session/cost-meter.ts";
import type { CountSnapshot, CountSource } from "../session/count-source.ts";
import type { EventKind, EventSource } from "../session/event-source.ts";
import { isNotice, type Notice } from "../session/notice.ts";
import type { RawEvent } from "../tracer/decoder.ts";
import { valuesOf } from "./event-values.ts";
import { KindMap } from "./kind.ts";

/** How the events of a kind are counted. */
interface CountedKind {
  readonly plan: CountPlan;
  readonly read: (event: RawEvent) => ReadField;
}

/** Counts a recording's events as they would have been counted in the kernel. Its clock is that of the events. */
export class RecordedCounts implements CountSource {
  readonly #source: EventSource;
  readonly #request: CountRequest;
  readonly #counter: StreamCounter;
  readonly #kinds = new KindMap<CountedKind>();
  readonly #shape: CountShape | null;

  /**
   * @param source the events that pass the request's query; all its kinds are known
   * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(source: EventSource, request: CountRequest) {
    this.#source = source;
    this.#request = request;
    this.#counter = new StreamCounter(request.room);
    const query = new CountQuery(request);
    const lacks = ({ fields }: EventKind): boolean => query.lacking(queryFields(fields)) !== null;
    const countable = source.kinds.filter(
      (kind) => request.patterns.includes(kind.name) || !lacks(kind),
    );
    // When all lack a field, it is told as what the first lacks.
    const kinds = countable.length > 0 ? countable : source.kinds.slice(0, 1);
    const plans = kinds.map((kind) => ({
      kind,
      plan: query.plan(kind.name, queryFields(kind.fields)),
    }));
    checkUnits(plans.map(({ plan }) => plan.layout));
    for (const { kind, plan } of plans) {
      this.#kinds.add(kind, { plan, read: valuesOf(kind.fields) });
    }
    this.#shape = plans[0] ? shapeOf(plans[0].plan.layout) : null;
  }

  async *snapshots(everyMs: number | null): AsyncGenerator<CountSnapshot> {
    let notices: Notice[] = [];
    let begin: number | undefined;
    let last = 0;
    const snapshot = (time: number): CountSnapshot => {
      const told = notices;
      notices = [];
      return {
        time,
        seconds: (time - (begin ?? time)) / 1000,
        counts: { shape: this.#shape, ...this.#counter.counts() },
        notices: told,
      };
    };
    let next = Number.POSITIVE_INFINITY;
    for await (const events of this.#source.batches()) {
      for (const event of events) {
        if (begin === undefined) {
          begin = event.time;
          next = begin + (everyMs ?? Number.POSITIVE_INFINITY);
        }
        if (event.time >= next) {
          yield snapshot(next);
          // Where nothing was recorded for long, nothing is told either.
          next += everyMs! * (1 + Math.floor((event.time - next) / everyMs!));
        }
        last = event.time;
        if (isNotice(event)) notices.push(event);
        else this.#count(event);
      }
    }
    yield snapshot(last);
  }

  cost(): Promise<Cost | null> {
    return this.#source.cost();
  }

  stop(): Promise<void> {
    return this.#source.stop();
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #count(event: RawEvent): void {
    const counted = this.#kinds.get(event);
    if (counted === undefined) return;
    const { by } = this.#request;
    const key = by.map((name) =>
      name === BY_TRACEPOINT ? event.tracepoint : ((event[name] ?? null) as KeyValue),
    );
    const truncated = (event.truncated ?? []).filter((name) => by.includes(name));
    this.#counter.add(counted.plan, key, truncated, counted.read(event));
  }
}
