import { type CountPlan, CountQuery } from "../counting/count-query.ts";
import { type Counts, type KeyValue, shapeOf } from "../counting/group.ts";
import { StreamCounter } from "../counting/stream-counter.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { valuesOf } from "../event/values.ts";
import type { ReadField } from "../query/evaluate.ts";
import { queryFields } from "../query/scope.ts";
import type { Count } from "./metric.ts";
import { countRequest } from "./table/table.ts";

/** What was counted of a tracepoint. */
export interface Counted extends Counts {
  readonly tracepoint: string;
}

interface CountedKind {
  readonly plan: CountPlan;
  readonly counter: StreamCounter;
  readonly read: (event: RawEvent) => ReadField;
}

/** Counts delivered events as the kernel would have, for sources that have no kernel: recordings, simulations. */
export class StreamCounts {
  readonly #count: Count;
  readonly #query: CountQuery;
  readonly #kinds = new KindMap<CountedKind>();
  readonly #counted: { readonly name: string; readonly kind: CountedKind }[] = [];
  readonly #room: number;

  constructor(count: Count) {
    const request = countRequest(count, true);
    this.#count = count;
    this.#room = request.room;
    this.#query = new CountQuery(request);
  }

  /** Makes a kind of events known. */
  add(kind: EventKind): void {
    const fields = queryFields(kind.fields);
    const isCounted = (this.#count.tracepoints as readonly string[]).includes(kind.name);
    if (!isCounted || this.#query.lacking(fields) !== null) return;
    const plan = this.#query.plan(kind.name, fields);
    const counter = new StreamCounter(this.#room);
    const counted = { plan, counter, read: valuesOf(kind.fields) };
    this.#kinds.add(kind, counted);
    this.#counted.push({ name: kind.name, kind: counted });
  }

  see(event: RawEvent): void {
    const counted = this.#kinds.get(event);
    if (counted === undefined) return;
    const key = this.#count.by.map((name) => (event[name] ?? null) as KeyValue);
    counted.counter.add(counted.plan, key, event.truncated ?? [], counted.read(event));
  }

  read(): Counted[] {
    return this.#counted.map(({ name, kind: { plan, counter } }) => ({
      tracepoint: name,
      shape: shapeOf(plan.layout),
      ...counter.counts(),
    }));
  }
}
