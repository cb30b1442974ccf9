import { rangeOf, type Scale } from "../counting/histogram.ts";
import { Distribution } from "../util/distribution.ts";
import { combinations, labelText, labelValue, OTHER } from "./label.ts";
import type { Metric } from "./metric.ts";

/** A line of a scrape. */
export interface Sample {
  readonly metricName: string;
  /** As in the line, between the braces. */
  readonly labels: string;
  readonly value: number;
}

interface Cell {
  /** Written once, not for each scrape and bucket. */
  readonly labels: string;
  /** A counter's or a gauge's value; a histogram's sum. */
  value: number;
  /** The number of values in each bucket of a histogram; the last bucket has no upper bound. */
  readonly buckets: number[];
}

/** Only metrics with at most this number of possible series begin with all of them at 0. */
const MAX_ZEROS = 24;

/** The series of a metric. */
export class Family {
  readonly #metric: Metric;
  readonly #cells = new Map<string, Cell>();

  constructor(metric: Metric) {
    this.#metric = metric;
  }

  /** Begins all series at 0 if the label values are known and few. */
  begin(): void {
    const { labels, type, zeros = false } = this.#metric;
    if (type === "gauge" && !zeros) return;
    const count = labels.reduce(
      (product, { values }) => product * (values?.length ?? Number.POSITIVE_INFINITY),
      1,
    );
    if (count > MAX_ZEROS) return;
    for (const values of combinations(labels) ?? [])
      if (!values.includes(OTHER)) this.#cell(values);
  }

  /** Adds to a counter or a gauge, or observes a histogram's value. Omits all but numbers and distributions. */
  add(value: unknown, labels: readonly unknown[]): void {
    if (value instanceof Distribution) {
      this.#addDistribution(value, labels);
      return;
    }
    const number = numberOf(value);
    if (number === null || (number < 0 && this.#metric.type === "counter")) return;
    const cell = this.#cell(labels);
    cell.value += number;
    const { buckets } = this.#metric;
    if (buckets) cell.buckets[placeOf(number, buckets)]! += 1;
  }

  /** Sets a gauge. */
  set(value: unknown, labels: readonly unknown[]): void {
    const number = numberOf(value);
    if (number !== null) this.#cell(labels).value = number;
  }

  /** Adds a histogram from the kernel. Each of its buckets must lie within one bucket of the metric. */
  addHistogram(
    counts: readonly number[],
    scale: Scale,
    sum: number,
    labels: readonly unknown[],
  ): void {
    const bounds = this.#metric.buckets ?? [];
    const cell = this.#cell(labels);
    cell.value += sum;
    for (const [i, count] of counts.entries()) {
      if (count === 0) continue;
      const { to } = rangeOf(i, scale);
      // Values are integers: "below 64" equals "at most 63".
      cell.buckets[placeOf(to === null ? Number.POSITIVE_INFINITY : to - 1, bounds)]! += count;
    }
  }

  #addDistribution({ counts, sum }: Distribution, labels: readonly unknown[]): void {
    const cell = this.#cell(labels);
    cell.value += sum;
    for (const [i, count] of counts.entries()) cell.buckets[i]! += count;
  }

  samples(): Sample[] {
    const { name, type } = this.#metric;
    const cells = [...this.#cells].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return cells.flatMap(([, cell]) =>
      type === "histogram"
        ? this.#histogramSamples(cell)
        : [{ metricName: name, labels: cell.labels, value: cell.value }],
    );
  }

  #histogramSamples({ labels, value, buckets }: Cell): Sample[] {
    const { name, buckets: bounds = [] } = this.#metric;
    let count = 0;
    const samples = buckets.map((more, i) => {
      count += more;
      const le = labelText("le", String(bounds[i] ?? "+Inf"));
      const all = labels === "" ? le : `${le},${labels}`;
      return { metricName: `${name}_bucket`, labels: all, value: count };
    });
    return [
      ...samples,
      { metricName: `${name}_sum`, labels, value },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }

  #cell(seen: readonly unknown[]): Cell {
    const { labels, buckets } = this.#metric;
    const values = labels.map((label, i) =>
      seen[i] === undefined ? undefined : labelValue(label, seen[i]),
    );
    const key = values.join("\0");
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = {
        labels: labels
          .flatMap(({ name }, i) => (values[i] === undefined ? [] : labelText(name, values[i])))
          .join(","),
        value: 0,
        buckets: buckets ? Array<number>(buckets.length + 1).fill(0) : [],
      };
      this.#cells.set(key, cell);
    }
    return cell;
  }
}

/** The index of the bucket that holds the value. */
function placeOf(value: number, bounds: readonly number[]): number {
  const place = bounds.findIndex((bound) => value <= bound);
  return place < 0 ? bounds.length : place;
}

function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || typeof value === "string") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
