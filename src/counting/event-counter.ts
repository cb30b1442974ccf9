import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { valuesOf } from "../event/values.ts";
import type { ReadField } from "../query/evaluate.ts";
import { presentName, queryFields } from "../query/scope.ts";
import { type CountPlan, CountQuery, checkUnits } from "./count-query.ts";
import type { CountRequest } from "./count-request.ts";
import { type CountShape, type Counts, type KeyValue, shapeOf } from "./group.ts";
import { StreamCounter } from "./stream-counter.ts";

/** How to count the events of a kind. */
interface CountedKind {
  readonly plan: CountPlan;
  readonly read: (event: RawEvent) => ReadField;
  /** Names of the event's members that make the key. */
  readonly by: readonly string[];
}

/** Counts decoded events of any kinds for a request. The caller tests the request's query. */
export class EventCounter {
  readonly #request: CountRequest;
  readonly #query: CountQuery;
  readonly #counter: StreamCounter;
  #kinds = new KindMap<CountedKind>();
  #shape: CountShape | null = null;

  /** @throws QueryError QUERY_SYNTAX */
  constructor(request: CountRequest) {
    this.#request = request;
    this.#query = new CountQuery(request);
    this.#counter = new StreamCounter(request.room);
  }

  /**
   * Sets the kinds to count. Call it again with all kinds when there are more.
   * @returns the kinds that are counted: those without a requested field are not, unless the request names them
   * @throws QueryError QUERY_TYPE; CorelensError QUERY_TYPE, USAGE; none when the request is optional
   */
  learn(kinds: readonly EventKind[]): readonly EventKind[] {
    const { patterns, optional = false } = this.#request;
    const lacks = ({ fields }: EventKind) => this.#query.missingField(queryFields(fields)) !== null;
    const isNamed = ({ name }: EventKind) => !optional && patterns.includes(name);
    const countable = kinds.filter((kind) => isNamed(kind) || !lacks(kind));
    // When every kind lacks a field, the error names the missing field of the first.
    const counted = countable.length > 0 || optional ? countable : kinds.slice(0, 1);
    const plans = counted.map((kind) => ({
      kind,
      plan: this.#query.plan(kind.name, queryFields(kind.fields)),
    }));
    checkUnits(plans.map(({ plan }) => plan.layout));
    this.#kinds = new KindMap();
    for (const { kind, plan } of plans) {
      const by = this.#request.by.map((name) => presentName(name, kind.fields));
      this.#kinds.add(kind, { plan, read: valuesOf(kind.fields), by });
    }
    this.#shape = plans[0] ? shapeOf(plans[0].plan.layout) : null;
    return counted;
  }

  count(event: RawEvent): void {
    const counted = this.#kinds.get(event);
    if (counted === undefined) return;
    const key = counted.by.map((name) => (event[name] ?? null) as KeyValue);
    const truncated = event.truncated?.filter((name) => counted.by.includes(name)) ?? WHOLE;
    this.#counter.add(counted.plan, key, truncated, counted.read(event));
  }

  /** Groups are in the order of their first events. */
  counts(): Counts {
    return { shape: this.#shape, ...this.#counter.counts() };
  }
}

const WHOLE: readonly string[] = [];
