import type { CountColumn } from "../../counting/columns.ts";
import type { CountRequest } from "../../counting/count-request.ts";
import { countsSince, identity } from "../../counting/counts.ts";
import type { Counts, Group } from "../../counting/group.ts";
import type { Cost } from "../../event/cost.ts";
import { eventJson, jsonLine, rounded } from "../../event/json.ts";
import type { Notice } from "../../event/notice.ts";
import type { CountSnapshot, CountSource } from "../../session/source/count-source.ts";
import { InPlace } from "../../terminal/in-place.ts";
import { firstJsonLine } from "../../terminal/json-stream.ts";
import { Output } from "../../terminal/output.ts";
import { printNote } from "../../terminal/print-note.ts";
import { stopWith } from "../../terminal/stop-with.ts";
import { countTable, greatestFirst } from "../../text/count-table.ts";
import { EventText } from "../../text/event-text.ts";
import { groupedText } from "../../text/format.ts";
import { painter } from "../../text/paint.ts";
import { costText } from "../../text/trace-totals.ts";
import { countHistogram } from "./count-histogram.ts";
import { countJsonLines } from "./count-json.ts";

export interface ShowCountsOptions {
  readonly json?: boolean;
  /** Interval of tables, in milliseconds. */
  readonly every?: number;
  /** Number of groups to show. */
  readonly top: number;
  /** Maximum duration in milliseconds. */
  readonly duration?: number;
  /** The recording whose events are counted. */
  readonly from?: string;
}

/** Interval at which a table on a terminal is drawn, in milliseconds. */
const REFRESH_MS = 1000;

/**
 * Shows the counts, in place on a terminal and as lines elsewhere, and at the end the totals.
 * @returns the exit status
 */
export async function showCounts(
  source: CountSource,
  request: CountRequest,
  columns: readonly CountColumn[],
  options: ShowCountsOptions,
): Promise<number> {
  const view = options.json
    ? new JsonView(request, columns, options)
    : new TableView(request, columns, options);
  const timer = stopWith(source, options.duration);
  try {
    let before: CountSnapshot | null = null;
    for await (const snapshot of source.snapshots(options.every ?? view.every)) {
      await view.interval(snapshot, before);
      before = snapshot;
    }
    clearTimeout(timer);
    await view.total(before!, await source.cost(), source.hits);
    return 0;
  } finally {
    await source.close();
  }
}

/** A view of the counts, at intervals and at the end. */
interface View {
  /** Default interval in milliseconds; null for no interval. */
  readonly every: number | null;
  interval(now: CountSnapshot, before: CountSnapshot | null): Promise<void>;
  /** @param hits how often the node passed a tracepoint, if that is not the number of counted events */
  total(last: CountSnapshot, cost: Cost | null, hits: number | undefined): Promise<void>;
}

class JsonView implements View {
  readonly every = null;
  readonly #output = new Output();
  readonly #request: CountRequest;
  readonly #columns: readonly CountColumn[];
  readonly #options: ShowCountsOptions;

  constructor(request: CountRequest, columns: readonly CountColumn[], options: ShowCountsOptions) {
    this.#request = request;
    this.#columns = columns;
    this.#options = options;
  }

  async interval(now: CountSnapshot, before: CountSnapshot | null): Promise<void> {
    if (before === null) await this.#output.write(firstJsonLine());
    await this.#write(now.notices.map((notice) => `${eventJson(notice)}\n`));
    if (this.#options.every === undefined) return;
    const { seconds, counts } = since(now, before);
    await this.#write(this.#lines("interval", now.time, seconds, counts));
  }

  async total({ time, seconds, counts }: CountSnapshot, cost: Cost | null): Promise<void> {
    await this.#write(this.#lines("total", time, seconds, counts));
    const end = {
      seconds: rounded(seconds, 6),
      count: sumOf(counts),
      nanoseconds_per_hit: cost && rounded(cost.nanosecondsPerHit, 1),
    };
    await this.#output.write(jsonLine("corelens:count", end, time));
  }

  #lines(span: "interval" | "total", time: number, seconds: number, counts: Counts): string[] {
    return countJsonLines(span, time, seconds, counts, this.#request, this.#columns);
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.#output.write(lines.join(""));
  }
}

class TableView implements View {
  readonly every: number | null;
  readonly #output = new Output();
  readonly #inPlace: InPlace | null;
  readonly #paint = painter(this.#output.hasColour);
  readonly #notices = new EventText(this.#output.hasColour);
  readonly #request: CountRequest;
  readonly #columns: readonly CountColumn[];
  readonly #options: ShowCountsOptions;

  constructor(request: CountRequest, columns: readonly CountColumn[], options: ShowCountsOptions) {
    this.#request = request;
    this.#columns = columns;
    this.#options = options;
    this.#inPlace = this.#output.isTerminal ? new InPlace(process.stdout) : null;
    this.every = this.#inPlace ? REFRESH_MS : null;
  }

  async interval(now: CountSnapshot, before: CountSnapshot | null): Promise<void> {
    this.#printNote(now.notices);
    const interval = since(now, before);
    if (this.#inPlace) {
      this.#inPlace.draw(this.#lines(now.counts, rateOf(interval)));
    } else if (this.#options.every !== undefined) {
      const time = this.#paint("strong", new Date(now.time).toTimeString().slice(0, 8));
      await this.#print([time, ...this.#lines(interval.counts, rateOf(interval)), ""]);
    }
  }

  async total(
    { counts, seconds }: CountSnapshot,
    cost: Cost | null,
    hits: number | undefined,
  ): Promise<void> {
    this.#inPlace?.erase();
    await this.#print(this.#lines(counts, rateOf({ counts, seconds })));
    const count = sumOf(counts);
    const counted = `${groupedText(count)} ${count === 1 ? "event" : "events"} counted in ${seconds.toFixed(1)} s`;
    const costs = this.#options.from ? "" : `; ${costText(hits ?? count, cost, seconds)}`;
    printNote(`${counted}${costs}\n`);
  }

  #lines(counts: Counts, rate: (group: Group) => number): string[] {
    const { by, histogram } = this.#request;
    const table = {
      by,
      columns: this.#columns,
      counts,
      rate,
      most: this.#options.top,
    };
    const lines = countTable(table, this.#paint);
    const shape = counts.shape?.histogram;
    if (!histogram || !shape) return lines;
    const groups = greatestFirst(counts.groups, this.#columns).slice(0, this.#options.top);
    const histograms = groups.flatMap((group) => [
      ...countHistogram(group, by, histogram.text, shape, this.#paint),
      "",
    ]);
    return this.#columns.length > 0 ? [...lines, "", ...histograms] : histograms;
  }

  #printNote(notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    this.#inPlace?.erase();
    for (const notice of notices) printNote(`${this.#notices.line(notice)}\n`);
  }

  async #print(lines: readonly string[]): Promise<void> {
    await this.#output.write(lines.map((line) => `${line}\n`).join(""));
  }
}

/** What was counted between two snapshots. */
function since(
  now: CountSnapshot,
  before: CountSnapshot | null,
): Pick<CountSnapshot, "counts" | "seconds"> {
  if (before === null) return now;
  return {
    counts: countsSince(before.counts, now.counts),
    seconds: now.seconds - before.seconds,
  };
}

/** Events per second of each group. */
function rateOf({ counts, seconds }: Pick<CountSnapshot, "counts" | "seconds">) {
  const all = counts.overflow ? [...counts.groups, counts.overflow] : counts.groups;
  const rates = new Map(
    all.map((group) => [identity(group), group.count / Math.max(seconds, 1e-3)]),
  );
  return (group: Group): number => rates.get(identity(group)) ?? 0;
}

function sumOf({ groups, overflow }: Counts): number {
  return groups.reduce((sum, { count }) => sum + count, overflow?.count ?? 0);
}
