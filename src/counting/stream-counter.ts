import { compileInteger, type EvaluateInteger, type ReadField } from "../query/evaluate.ts";
import type { CountPlan } from "./count-query.ts";
import type { Counts, Group, KeyValue } from "./group.ts";
import { bucketCount, bucketOf } from "./histogram.ts";
import { addTo, type Spread } from "./spread.ts";

/** A group that changes with each of its events. */
interface Growing {
  readonly key: readonly KeyValue[];
  readonly truncated: readonly string[];
  count: number;
  readonly measures: readonly GrowingMeasure[];
  readonly buckets: number[] | null;
}

/** Values are numbers while these are exact, then bigints. */
interface GrowingMeasure {
  known: number;
  sum: number | bigint | null;
  min: number | bigint | null;
  max: number | bigint | null;
  readonly spread: Spread | null;
}

/** Finds groups by the values of their keys, one level for each value. This needs no text of the key. */
type Level = Map<KeyValue, Level | Growing>;

/** The compiled terms of a plan. */
interface Terms {
  readonly measures: readonly EvaluateInteger[];
  readonly histogram: EvaluateInteger | null;
}

/** Counts events in this process as programs count them in the kernel: events of recordings, IPC and simulations. */
export class StreamCounter {
  readonly #groups: Growing[] = [];
  /** Groups by the names of their cut values. */
  readonly #levels = new Map<string, Level>();
  readonly #whole: Level = new Map();
  readonly #terms = new WeakMap<CountPlan, Terms>();
  readonly #room: number;
  #overflow: Growing | null = null;

  /** @param room the maximum number of groups */
  constructor(room: number) {
    this.#room = room;
    this.#levels.set("", this.#whole);
  }

  /**
   * @param key one value for each name of the request's `by`
   * @param truncated the names of the cut values
   */
  add(
    plan: CountPlan,
    key: readonly KeyValue[],
    truncated: readonly string[],
    read: ReadField,
  ): void {
    const group = this.#find(plan, key, truncated);
    const { measures, histogram } = this.#termsOf(plan);
    group.count++;
    for (let i = 0; i < measures.length; i++) {
      const value = measures[i]!(read);
      if (value !== null)
        raise(group.measures[i]!, value, plan.layout.measures[i]!.extremes !== null);
    }
    if (histogram === null) return;
    const value = histogram(read);
    if (value !== null) group.buckets![bucketOf(value, plan.layout.histogram!.scale)]!++;
  }

  /** A copy of the counts so far. */
  counts(): Pick<Counts, "groups" | "overflow"> {
    return {
      groups: this.#groups.map(asGroup),
      overflow: this.#overflow && asGroup(this.#overflow),
    };
  }

  #termsOf(plan: CountPlan): Terms {
    let terms = this.#terms.get(plan);
    if (terms === undefined) {
      const { measures, histogram } = plan.terms;
      terms = {
        measures: measures.map(compileInteger),
        histogram: histogram && compileInteger(histogram),
      };
      this.#terms.set(plan, terms);
    }
    return terms;
  }

  #find(plan: CountPlan, key: readonly KeyValue[], truncated: readonly string[]): Growing {
    const level = truncated.length === 0 ? this.#whole : this.#levels.get(truncated.join());
    let found: Level | Growing | undefined = level;
    if (key.length === 0) found = level?.get(null);
    else for (let i = 0; i < key.length && found; i++) found = (found as Level).get(key[i]!);
    if (found) return found as Growing;
    if (this.#groups.length === this.#room) {
      this.#overflow ??= fresh(plan, [], []);
      return this.#overflow;
    }
    const group = fresh(plan, key, truncated);
    this.#groups.push(group);
    this.#place(group);
    return group;
  }

  #place(group: Growing): void {
    const path: readonly KeyValue[] = group.key.length === 0 ? [null] : group.key;
    const cut = group.truncated.join();
    let level = this.#levels.get(cut);
    if (level === undefined) {
      level = new Map();
      this.#levels.set(cut, level);
    }
    for (const value of path.slice(0, -1)) {
      let next = level.get(value) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(value, next);
      }
      level = next;
    }
    level.set(path.at(-1)!, group);
  }
}

function fresh(
  { layout }: CountPlan,
  key: readonly KeyValue[],
  truncated: readonly string[],
): Growing {
  return {
    key,
    truncated,
    count: 0,
    measures: layout.measures.map(({ sum, quantiles }) => ({
      known: 0,
      sum: sum === null ? null : 0,
      min: null,
      max: null,
      spread: quantiles ? new Map() : null,
    })),
    buckets: layout.histogram && Array<number>(bucketCount(layout.histogram.scale)).fill(0),
  };
}

function raise(measured: GrowingMeasure, value: number | bigint, withExtremes: boolean): void {
  measured.known++;
  if (measured.sum !== null) measured.sum = plus(measured.sum, value);
  if (measured.spread !== null) addTo(measured.spread, value);
  if (!withExtremes) return;
  if (measured.min === null || value < measured.min) measured.min = value;
  if (measured.max === null || value > measured.max) measured.max = value;
}

function plus(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
}

function asGroup({ key, truncated, count, measures, buckets }: Growing): Group {
  return {
    key,
    truncated,
    count,
    measures: measures.map(({ known, sum, min, max, spread }) => ({
      known,
      sum: bigintOf(sum),
      min: bigintOf(min),
      max: bigintOf(max),
      spread: spread && new Map(spread),
    })),
    buckets: buckets && [...buckets],
  };
}

function bigintOf(value: number | bigint | null): bigint | null {
  return value === null ? null : BigInt(value);
}
