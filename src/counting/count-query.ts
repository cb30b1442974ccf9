import { isFloat } from "../contract/shape.ts";
import { CorelensError } from "../errors.ts";
import { type Integer, signOf } from "../query/condition.ts";
import { type Named, type QueryField, Scope } from "../query/scope.ts";
import { Term } from "../query/term.ts";
import {
  type CountLayout,
  type HistogramLayout,
  KEY_FLAGS_SIZE,
  type KeyPart,
  keyBytes,
  type MeasureLayout,
} from "./count-layout.ts";
import {
  BY_TRACEPOINT,
  type CountRequest,
  type HistogramRequest,
  type LinearRequest,
  type MeasureRequest,
} from "./count-request.ts";
import type { CountedTerms } from "./count-writer.ts";
import { bucketCount, type Scale } from "./histogram.ts";
import { MAX_KEY_BYTES } from "./key-writer.ts";

/** The layout and terms for counting one tracepoint. */
export interface CountPlan {
  readonly layout: CountLayout;
  readonly terms: CountedTerms;
}

type Unit = MeasureLayout["unit"];

const MAX_BUCKETS = 1000;

/** A parsed request to count. The meaning of its names depends on the tracepoint. */
export class CountQuery {
  readonly #by: readonly string[];
  readonly #measures: readonly { readonly term: Term; readonly request: MeasureRequest }[];
  readonly #histogram: { readonly term: Term; readonly request: HistogramRequest } | null;

  /** @throws QueryError QUERY_SYNTAX */
  constructor({ by, measures, histogram }: CountRequest) {
    this.#by = by.filter((name) => name !== BY_TRACEPOINT);
    this.#measures = measures.map((request) => ({ term: new Term(request.text), request }));
    this.#histogram = histogram && { term: new Term(histogram.text), request: histogram };
  }

  /** Returns the first name of the request that is not one of these fields; null when all are. */
  missingField(fields: readonly QueryField[]): string | null {
    const scope = new Scope("", "", fields);
    const name = this.#by.find((name) => !scope.has(name));
    if (name !== undefined) return name;
    const terms = [...this.#measures, ...(this.#histogram ? [this.#histogram] : [])];
    return terms.map(({ term }) => term.missingField(fields)).find((name) => name !== null) ?? null;
  }

  /** @throws QueryError QUERY_TYPE; CorelensError USAGE for keys and histograms that are too large */
  plan(tracepoint: string, fields: readonly QueryField[]): CountPlan {
    const by = this.#by.map((name) => keyField(name, tracepoint, fields));
    const parts = layOutKey(by.map(({ field }) => field));
    const words = new Words();
    const measures = this.#measures.map(({ term, request }) => {
      const { integer, unit } = term.of(tracepoint, fields);
      const layout: MeasureLayout = {
        unit,
        signed: isSigned(integer),
        unknown: words.take(1),
        sum: request.sum ? words.take(2) : null,
        extremes: request.extremes ? words.take(2) : null,
        quantiles: request.quantiles === true,
      };
      return { integer, layout };
    });
    const histogram = this.#planHistogram(tracepoint, fields, words);
    return {
      layout: {
        tracepoint,
        parts,
        keySize: endOf(parts),
        measures: measures.map(({ layout }) => layout),
        histogram: histogram?.layout ?? null,
        words: words.taken,
      },
      terms: {
        by: by.map(({ reference }) => reference),
        measures: measures.map(({ integer }) => integer),
        histogram: histogram?.integer ?? null,
      },
    };
  }

  #planHistogram(
    tracepoint: string,
    fields: readonly QueryField[],
    words: Words,
  ): { integer: Integer; layout: HistogramLayout } | null {
    if (this.#histogram === null) return null;
    const { integer, unit } = this.#histogram.term.of(tracepoint, fields);
    const scale = scaleOf(this.#histogram.request, unit);
    const at = words.take(bucketCount(scale));
    return { integer, layout: { unit, signed: isSigned(integer), scale, at } };
  }
}

/**
 * Checks that the tracepoints' values have the same units, so that they can be added.
 * @throws CorelensError QUERY_TYPE
 */
export function checkUnits(layouts: readonly CountLayout[]): void {
  const [first, ...others] = layouts;
  for (const other of others) {
    if (unitsOf(other) === unitsOf(first!)) continue;
    throw new CorelensError(
      "QUERY_TYPE",
      `${first!.tracepoint} and ${other.tracepoint} have values of different units: ${unitsOf(first!)}; ${unitsOf(other)}`,
      "count each tracepoint separately",
    );
  }
}

/** The units of the measures and the histogram: `us, B`. */
function unitsOf({ measures, histogram }: CountLayout): string {
  return [...measures, ...(histogram ? [histogram] : [])]
    .map(({ unit }) => unit ?? "plain numbers")
    .join(", ");
}

/** Allocates the words of a value. The first word is the number of events. */
class Words {
  taken = 1;

  /** Allocates `count` words and returns the index of the first. */
  take(count: number): number {
    this.taken += count;
    return this.taken - count;
  }
}

/** @throws QueryError QUERY_TYPE for an unknown field, and for payloads */
function keyField(name: string, tracepoint: string, fields: readonly QueryField[]): Named {
  const scope = new Scope(name, tracepoint, fields);
  const span = { start: 0, end: name.length };
  const named = scope.get(name, span);
  const { type } = named.field;
  if (isFloat(type) || type === "words") {
    throw scope.refuse(
      span,
      `${name} is a ${type}`,
      "count by an integer, a text, a hash or a bool",
    );
  }
  if (type !== "bytes") return named;
  throw scope.refuse(
    span,
    `${name} is a payload, and every payload is different`,
    "count by another field",
  );
}

function layOutKey(fields: readonly QueryField["field"][]): KeyPart[] {
  let end = KEY_FLAGS_SIZE;
  const parts = fields.map((field): KeyPart => {
    const size = keyBytes(field);
    end += size;
    return { field, offset: end - size, size };
  });
  if (end <= MAX_KEY_BYTES) return parts;
  throw new CorelensError(
    "USAGE",
    `a key of ${fields.map(({ name }) => name).join(", ")} takes ${end} bytes; the maximum is ${MAX_KEY_BYTES}`,
    "count by fewer fields",
  );
}

/** Size of a key in bytes; 0 without parts. */
function endOf(parts: readonly KeyPart[]): number {
  const last = parts.at(-1);
  return last ? last.offset + last.size : 0;
}

function scaleOf({ linear, bounds }: HistogramRequest, unit: Unit): Scale {
  if (linear) return linearScale(linear, unit);
  if (!bounds) return { kind: "log2" };
  const isSound = bounds.every((bound, i) => bound > (bounds[i - 1] ?? 0) && isExact(bound));
  if (isSound && bounds.length > 0 && bounds.length < MAX_BUCKETS)
    return { kind: "bounds", bounds };
  throw new CorelensError(
    "USAGE",
    "a histogram has unusable bounds",
    `give 1 to ${MAX_BUCKETS - 1} ascending positive integers`,
  );
}

function linearScale({ low, high, step }: LinearRequest, unit: Unit): Scale {
  const quantity = (text: string): number => Number(new Term(text).quantity(unit));
  const scale = {
    kind: "linear",
    low: quantity(low),
    high: quantity(high),
    step: quantity(step),
  } as const;
  const isSound = scale.step > 0 && scale.low < scale.high && Object.values(scale).every(isExact);
  if (isSound && (scale.high - scale.low) / scale.step < MAX_BUCKETS) return scale;
  throw new CorelensError(
    "USAGE",
    `a histogram from ${low} to ${high} by ${step} ${isSound ? `has more than ${MAX_BUCKETS} buckets` : "has no buckets"}`,
    "give LOW:HIGH:STEP, such as 0:1000:50",
  );
}

function isExact(value: string | number): boolean {
  return typeof value === "string" || Number.isSafeInteger(value);
}

function isSigned(integer: Integer): boolean {
  return signOf(integer) === "signed";
}
