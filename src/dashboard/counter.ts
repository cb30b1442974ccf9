import { type CountColumn, planColumns, statisticOf } from "../counting/columns.ts";
import { type CountRequest, parseHistogram } from "../counting/count-request.ts";
import { EventCounter } from "../counting/event-counter.ts";
import type { CountShape, Group } from "../counting/group.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { greatestFirst } from "../text/count-table.ts";
import { exactNumber } from "../util/exact-number.ts";
import { type ChosenKind, chooseEvents } from "./event-choice.ts";
import type { CountCommand, CountPart, GroupPart, HistogramPart } from "./protocol/count.ts";

/** Maximum number of groups. */
export const ROOM = 1000;
/** Groups that are sent. */
const MAX_SHOWN = 50;
/** Buckets that are sent with a part, for all groups together. */
const MAX_BUCKETS = 4000;
/** Tests between two parts, which is a second: counting an event takes less than 0.5 µs. */
const MAX_TESTED = 40_000;

/** The command as the request of a count, with the columns that it shows. */
export function requestOf(command: CountCommand): {
  request: CountRequest;
  columns: CountColumn[];
} {
  const { tracepoints, where, by, histogram } = command;
  const { measures, columns } = planColumns(command);
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

/** A live count for a browser. */
export class Counter {
  readonly #command: CountCommand;
  readonly #request: CountRequest;
  readonly #columns: readonly CountColumn[];
  readonly #counter: EventCounter;
  readonly #begin: number;
  #filters = new KindMap<ChosenKind["passes"]>();
  #inReader: readonly string[] = [];
  #tested = 0;
  #untested = 0;
  #lost = 0;
  /** The state at the last part; groups keep their order. */
  #before: { time: number; counts: readonly number[]; overflow: number };

  /**
   * @param kinds the kinds that the source has declared so far
   * @param now in ms, by the clock of the events
   * @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE, USAGE
   */
  constructor(command: CountCommand, kinds: readonly EventKind[], now: number) {
    const { request, columns } = requestOf(command);
    this.#command = command;
    this.#request = request;
    this.#columns = columns;
    this.#counter = new EventCounter(request);
    this.#begin = now;
    this.#before = { time: now, counts: [], overflow: 0 };
    this.learn(kinds);
  }

  /** Call with all kinds of the source whenever there are new ones. */
  learn(kinds: readonly EventKind[]): void {
    const chosen = chooseEvents(this.#command, kinds);
    const counted = new Set(this.#counter.learn(chosen.map(({ kind }) => kind)));
    const filters = new KindMap<ChosenKind["passes"]>();
    for (const { kind, passes } of chosen) if (counted.has(kind)) filters.add(kind, passes);
    this.#filters = filters;
    this.#inReader = [...new Set(chosen.flatMap(({ inReader }) => inReader))];
  }

  /** The same count, started again. */
  restart(kinds: readonly EventKind[], now: number): Counter {
    return new Counter(this.#command, kinds, now);
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

/** Writes the groups of a part, with histograms up to a number of buckets. */
class PartWriter {
  readonly #columns: readonly CountColumn[];
  #room = MAX_BUCKETS;

  constructor(columns: readonly CountColumn[]) {
    this.#columns = columns;
  }

  write(group: Group, rate: number): GroupPart {
    const { key, truncated, count } = group;
    const values = this.#columns.map((column) => jsonNumber(statisticOf(group, column)));
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

/** A number where that is exact, else text. */
function jsonNumber(value: bigint | number | null): number | string | null {
  if (typeof value !== "bigint") return value;
  return exactNumber(value) ?? value.toString();
}
