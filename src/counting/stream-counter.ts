import type { Integer } from "../query/condition.ts";
import { evaluateInteger, type ReadField } from "../query/evaluate.ts";
import type { CountPlan } from "./count-query.ts";
import { identity } from "./counts.ts";
import type { Counts, KeyValue } from "./group.ts";
import { bucketCount, bucketOf, type Scale } from "./histogram.ts";

/** A group that is still growing. */
interface Growing {
  readonly key: readonly KeyValue[];
  readonly truncated: readonly string[];
  count: number;
  readonly measures: GrowingMeasure[];
  readonly buckets: number[] | null;
}

interface GrowingMeasure {
  known: number;
  sum: bigint | null;
  min: bigint | null;
  max: bigint | null;
}

/** Counts events one by one, as programs do in the kernel: for those that come from elsewhere. */
export class StreamCounter {
  readonly #groups = new Map<string, Growing>();
  readonly #room: number;
  #overflow: Growing | null = null;

  /** @param room for how many groups */
  constructor(room: number) {
    this.#room = room;
  }

  /**
   * @param key the event's value of each name that is counted by
   * @param truncated names of those that are cut
   */
  add(
    { layout, terms }: CountPlan,
    key: readonly KeyValue[],
    truncated: readonly string[],
    read: ReadField,
  ): void {
    const group = this.#find(key, truncated, layout.histogram?.scale ?? null);
    group.count++;
    for (const [i, measure] of layout.measures.entries()) {
      group.measures[i] ??= {
        known: 0,
        sum: measure.sum === null ? null : 0n,
        min: null,
        max: null,
      };
      raise(
        group.measures[i]!,
        evaluateInteger(terms.measures[i]!, read),
        measure.extremes !== null,
      );
    }
    if (layout.histogram) this.#countBucket(group, terms.histogram!, layout.histogram.scale, read);
  }

  /** What was counted until now; it does not change when more is. */
  counts(): Pick<Counts, "groups" | "overflow"> {
    return structuredClone({ groups: [...this.#groups.values()], overflow: this.#overflow });
  }

  #find(key: readonly KeyValue[], truncated: readonly string[], scale: Scale | null): Growing {
    const fresh = (key: readonly KeyValue[], truncated: readonly string[]): Growing => ({
      key,
      truncated,
      count: 0,
      measures: [],
      buckets: scale && Array<number>(bucketCount(scale)).fill(0),
    });
    const id = identity({ key, truncated });
    const known = this.#groups.get(id);
    if (known) return known;
    if (this.#groups.size === this.#room) {
      this.#overflow ??= fresh([], []);
      return this.#overflow;
    }
    const group = fresh(key, truncated);
    this.#groups.set(id, group);
    return group;
  }

  #countBucket(group: Growing, term: Integer, scale: Scale, read: ReadField): void {
    const value = evaluateInteger(term, read);
    if (value !== null) group.buckets![bucketOf(value, scale)]!++;
  }
}

function raise(measured: GrowingMeasure, value: bigint | null, withExtremes: boolean): void {
  if (value === null) return;
  measured.known++;
  if (measured.sum !== null) measured.sum += value;
  if (!withExtremes) return;
  if (measured.min === null || value < measured.min) measured.min = value;
  if (measured.max === null || value > measured.max) measured.max = value;
}
