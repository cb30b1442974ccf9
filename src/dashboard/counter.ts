import { type CountColumn, planColumns, type Statistic, statisticOf } from "../counting/columns.ts";
import { type CountRequest, parseHistogram } from "../counting/count-request.ts";
import { EventCounter } from "../counting/event-counter.ts";
import type { CountShape, Group, KeyValue } from "../counting/group.ts";
import type { Scale } from "../counting/histogram.ts";
import { jsonValue } from "../event/json.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { greatestFirst } from "../text/count-table.ts";
import { type ChosenKind, chooseEvents, type EventChoice } from "./event-choice.ts";

/** What somebody wants counted, as `corelens count` is asked (docs/counting.md): every text is as it was typed. */
export interface CountAsked extends EventChoice, Readonly<Record<Statistic, readonly string[]>> {
  readonly by: readonly string[];
  /** `size` in powers of two, `size:0:1kB:100` in equal steps. */
  readonly histogram: string | null;
}

/** What was counted since the count began, greatest groups first. */
export interface CountPart {
  readonly by: readonly string[];
  readonly columns: readonly (Omit<CountColumn, "measure"> & { readonly unit: string | null })[];
  readonly histogram: HistogramPart | null;
  readonly groups: readonly GroupPart[];
  /** How many groups more there are. */
  readonly rest: number;
  /** What found no room among the groups. */
  readonly overflow: GroupPart | null;
  readonly seconds: number;
  readonly counted: number;
  /** Events a second, since the last part. */
  readonly rate: number;
  /** Events that were not looked at: there were too many. */
  readonly untested: number;
  /** Events that never came: the ring buffer was full. */
  readonly lost: number;
  /** Parts of the query that the kernel cannot test: `corelens count` answers it of a recording only. */
  readonly inReader: readonly string[];
}

export interface HistogramPart {
  readonly of: string;
  readonly unit: string | null;
  readonly scale: Scale;
}

export interface GroupPart {
  readonly key: readonly KeyValue[];
  /** Names of those that are cut. */
  readonly truncated: readonly string[];
  readonly count: number;
  /** Events a second, since the last part. */
  readonly rate: number;
  /** One for each column. An integer that JSON's readers would round is a text; null where no event had one. */
  readonly values: readonly (number | string | null)[];
  /** Those that hold something; null where there is no histogram, or no room for another. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[] | null;
}

/** Groups that are told apart. */
export const ROOM = 1000;
/** Groups that are shown. */
const MAX_SHOWN = 50;
/** Buckets that are sent with a part, of all groups together. */
const MAX_BUCKETS = 4000;
/** From one part to the next, that is in a second: counting an event takes less than half a microsecond. */
const MAX_TESTED = 40_000;

/** What a count that was asked for on a page is as a request. */
export function requestOf(asked: CountAsked): { request: CountRequest; columns: CountColumn[] } {
  const { tracepoints, where, by, histogram } = asked;
  const { measures, columns } = planColumns(asked);
  const request = {
    patterns: tracepoints,
    where,
    by,
    types: [],
    measures,
    histogram: histogram === null ? null : parseHistogram(histogram),
    room: ROOM,
  };
  return { request, columns };
}

/** A live count for one who looks. */
export class Counter {
  readonly #asked: CountAsked;
  readonly #request: CountRequest;
  readonly #columns: readonly CountColumn[];
  readonly #counter: EventCounter;
  readonly #begin: number;
  #filters = new KindMap<ChosenKind["passes"]>();
  #inReader: readonly string[] = [];
  #tested = 0;
  #untested = 0;
  #lost = 0;
  /** Of the last part; groups stay in their order. */
  #before: { time: number; counts: readonly number[]; overflow: number };

  /**
   * @param kinds of the source, as far as they are known
   * @param now in ms, by the clock of the events
   * @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE, USAGE
   */
  constructor(asked: CountAsked, kinds: readonly EventKind[], now: number) {
    const { request, columns } = requestOf(asked);
    this.#asked = asked;
    this.#request = request;
    this.#columns = columns;
    this.#counter = new EventCounter(request);
    this.#begin = now;
    this.#before = { time: now, counts: [], overflow: 0 };
    this.learn(kinds);
  }

  /** To be called with all kinds of the source, whenever there are more. */
  learn(kinds: readonly EventKind[]): void {
    const chosen = chooseEvents(this.#asked, kinds);
    const counted = new Set(this.#counter.learn(chosen.map(({ kind }) => kind)));
    const filters = new KindMap<ChosenKind["passes"]>();
    for (const { kind, passes } of chosen) if (counted.has(kind)) filters.add(kind, passes);
    this.#filters = filters;
    this.#inReader = [...new Set(chosen.flatMap(({ inReader }) => inReader))];
  }

  /** The same count from now on. */
  again(kinds: readonly EventKind[], now: number): Counter {
    return new Counter(this.#asked, kinds, now);
  }

  offer(event: StreamEvent): void {
    if (isNotice(event)) {
      const isLoss = event.tracepoint === "corelens:lost";
      if (isLoss && this.#filters.has(event.lost_tracepoint)) this.#lost += event.lost;
      return;
    }
    const passes = this.#filters.get(event);
    if (passes === undefined) return;
    if (++this.#tested > MAX_TESTED) this.#untested++;
    else if (passes(event)) this.#counter.count(event);
  }

  /** @param now in ms, by the clock of the events */
  take(now: number): CountPart {
    this.#tested = 0;
    const { shape, groups, overflow } = this.#counter.counts();
    const seconds = (now - this.#before.time) / 1000;
    const rates = new Map(
      groups.map((group, i) => [group, rateOf(group, this.#before.counts[i], seconds)]),
    );
    const ofOverflow = overflow && rateOf(overflow, this.#before.overflow, seconds);
    this.#before = {
      time: now,
      counts: groups.map(({ count }) => count),
      overflow: overflow?.count ?? 0,
    };
    const writer = new PartWriter(this.#columns);
    const all = overflow ? [...groups, overflow] : groups;
    return {
      by: this.#request.by,
      columns: this.#columns.map(({ statistic, text, measure }) => ({
        statistic,
        text,
        unit: shape?.units[measure] ?? null,
      })),
      histogram: this.#histogramOf(shape),
      groups: greatestFirst(groups, this.#columns)
        .slice(0, MAX_SHOWN)
        .map((group) => writer.write(group, rates.get(group)!)),
      rest: Math.max(0, groups.length - MAX_SHOWN),
      overflow: overflow && writer.write(overflow, ofOverflow!),
      seconds: (now - this.#begin) / 1000,
      counted: all.reduce((sum, { count }) => sum + count, 0),
      rate: [...rates.values(), ofOverflow ?? 0].reduce((sum, rate) => sum + rate, 0),
      untested: this.#untested,
      lost: this.#lost,
      inReader: this.#inReader,
    };
  }

  #histogramOf(shape: CountShape | null): HistogramPart | null {
    const { histogram } = this.#request;
    return histogram && shape?.histogram ? { of: histogram.text, ...shape.histogram } : null;
  }
}

function rateOf({ count }: Group, before = 0, seconds: number): number {
  return seconds > 0 ? (count - before) / seconds : 0;
}

/** Writes the groups of a part, with as many histograms as it has room for. */
class PartWriter {
  readonly #columns: readonly CountColumn[];
  #room = MAX_BUCKETS;

  constructor(columns: readonly CountColumn[]) {
    this.#columns = columns;
  }

  write(group: Group, rate: number): GroupPart {
    const { key, truncated, count } = group;
    const values = this.#columns.map((column) => exact(statisticOf(group, column)));
    return { key, truncated, count, rate, values, buckets: this.#bucketsOf(group) };
  }

  #bucketsOf({ buckets }: Group): GroupPart["buckets"] {
    if (buckets === null) return null;
    const filled = [...buckets.entries()].filter(([, count]) => count > 0);
    if (filled.length > this.#room) return null;
    this.#room -= filled.length;
    return filled;
  }
}

/** A number where that is exact. */
function exact(value: bigint | number | null): number | string | null {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

/** The part as JSON. */
export function countJson(part: CountPart): string {
  return JSON.stringify({ type: "count", ...part }, jsonValue);
}
