/** The name of the column that all names beyond the limit share. */
export { OTHER } from "../util/bounded-map.ts";

/**
 * The history of a number, for charts. A column keeps its sums in three rings of buckets, one for each scale:
 *
 *     5m    300 buckets of 1 s
 *     1h    360 buckets of 10 s
 *     24h   288 buckets of 5 min       add(3) ──► current second ──second ends──► a bucket of each ring
 *     7d    336 buckets of 30 min
 *     90d   720 buckets of 3 h
 *
 * Adding an event is one addition. Work on the rings happens once per second, not once per event.
 */
export const SCALES = {
  "5m": { step: 1000, length: 300 },
  "1h": { step: 10_000, length: 360 },
  "24h": { step: 300_000, length: 288 },
  "7d": { step: 1_800_000, length: 336 },
  "90d": { step: 10_800_000, length: 720 },
} as const;

export type Scale = keyof typeof SCALES;

const SCALE_NAMES = Object.keys(SCALES) as Scale[];

/** Consecutive buckets of some columns. */
export interface Excerpt {
  /** When the first bucket begins, in ms since the UNIX epoch. */
  readonly begin: number;
  /** Length of a bucket in ms. */
  readonly step: number;
  /** Number of buckets. */
  readonly length: number;
  /** How many seconds of each bucket are known: none before tracing began, or while it stopped. */
  readonly seconds: readonly number[];
  /** Sums by column, without columns that are zero in all buckets. */
  readonly columns: Readonly<Record<string, readonly number[]>>;
  /** The incomplete bucket that follows; null before its first second ends. */
  readonly running: RunningBucket | null;
}

/** The complete seconds of an incomplete bucket. */
export interface RunningBucket {
  /** When the first of them begins, in ms since the UNIX epoch. If the history is younger, it begins within the bucket. */
  readonly begin: number;
  /** Their length together, in ms. */
  readonly age: number;
  /** Sums by column, without columns that are zero. */
  readonly columns: Readonly<Record<string, number>>;
}

/** A number, with its sum in total and by second. */
export class Column {
  #total = 0;
  #current = 0;
  /** One ring for each scale. They are created when the first second ends: a column that only counts needs none. */
  #rings: readonly Float64Array[] | null = null;

  add(value: number): void {
    this.#total += value;
    this.#current += value;
  }

  /** The sum since the start. */
  get total(): number {
    return this.#total;
  }

  /** The sum of the current second. */
  get current(): number {
    return this.#current;
  }

  /** Adds the sum of a complete second to its bucket on each scale. */
  roll(second: number): void {
    if (this.#current === 0) return;
    for (const [i, ring] of this.#ringsOrNew.entries()) {
      const { step, length } = SCALES[SCALE_NAMES[i]!];
      ring[Math.floor((second * 1000) / step) % length]! += this.#current;
    }
    this.#current = 0;
  }

  addTo(scale: number, bucket: number, sum: number): void {
    const ring = this.#ringsOrNew[scale]!;
    ring[bucket % ring.length]! += sum;
  }

  clear(scale: number, bucket: number): void {
    const ring = this.#rings?.[scale];
    if (ring) ring[bucket % ring.length] = 0;
  }

  at(scale: number, bucket: number): number {
    const ring = this.#rings?.[scale];
    return ring?.[bucket % ring.length] ?? 0;
  }

  get #ringsOrNew(): readonly Float64Array[] {
    this.#rings ??= SCALE_NAMES.map((scale) => new Float64Array(SCALES[scale].length));
    return this.#rings;
  }
}

/** The sum of a bucket that an earlier process kept. */
export interface KeptBucket {
  /** The column's name; null for the number of known seconds. */
  readonly name: string | null;
  /** When the bucket begins, in ms since the UNIX epoch. */
  readonly begin: number;
  readonly sum: number;
}

export class History {
  readonly #columns = new Map<string, Column>();
  /** Counts the known seconds. */
  readonly #known = new Column();
  #second: number;
  /** The second when the history begins. */
  readonly #start: number;
  /** The bucket of each scale in which the history begins. */
  readonly #first: readonly number[];
  /** The first bucket of each scale of which something is known, from this process or an earlier one. */
  readonly #oldest: number[];

  /** @param now ms since the UNIX epoch */
  constructor(now: number) {
    this.#second = Math.floor(now / 1000);
    this.#start = this.#second;
    this.#first = SCALE_NAMES.map((scale) => Math.floor(now / SCALES[scale].step));
    this.#oldest = [...this.#first];
  }

  /** The column of this name; it is created at its first use. */
  column(name: string): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Column();
      this.#columns.set(name, column);
    }
    return column;
  }

  /** Advances the time. An earlier time has no effect. */
  advance(now: number): void {
    const second = Math.floor(now / 1000);
    if (second <= this.#second) return;
    for (const column of this.#columns.values()) column.roll(this.#second);
    for (const [i, scale] of SCALE_NAMES.entries()) {
      const { step, length } = SCALES[scale];
      const from = Math.floor((this.#second * 1000) / step) + 1;
      const to = Math.floor((second * 1000) / step);
      for (let bucket = Math.max(from, to - length + 1); bucket <= to; bucket++) {
        for (const column of this.#columns.values()) column.clear(i, bucket);
        this.#known.clear(i, bucket);
      }
    }
    this.#know(this.#second, second);
    this.#second = second;
  }

  /** Counts the seconds from `begin` to `end` as known. */
  #know(begin: number, end: number): void {
    for (const [i, scale] of SCALE_NAMES.entries()) {
      const { step, length } = SCALES[scale];
      const last = Math.floor(((end - 1) * 1000) / step);
      const first = Math.max(Math.floor((begin * 1000) / step), last - length + 1);
      for (let bucket = first; bucket <= last; bucket++) {
        const from = Math.max(begin, (bucket * step) / 1000);
        const to = Math.min(end, ((bucket + 1) * step) / 1000);
        this.#known.addTo(i, bucket, to - from);
      }
    }
  }

  /** Adds what an earlier process kept. Buckets that are no longer kept are left out. */
  restore(scale: Scale, buckets: Iterable<KeptBucket>): void {
    const index = SCALE_NAMES.indexOf(scale);
    const { step, length } = SCALES[scale];
    const head = this.head(scale);
    for (const { name, begin, sum } of buckets) {
      const bucket = Math.floor(begin / step);
      if (bucket > head || bucket <= head - length) continue;
      (name === null ? this.#known : this.column(name)).addTo(index, bucket, sum);
      this.#oldest[index] = Math.min(this.#oldest[index]!, bucket);
    }
  }

  /** The number of the current bucket, which is incomplete. */
  head(scale: Scale): number {
    return Math.floor((this.#second * 1000) / SCALES[scale].step);
  }

  /** The rate per second over the last complete seconds; from five minutes on, `seconds` is rounded up to tens. */
  rate(column: Column, seconds = 10): number {
    const [scale, length] = scaleOf(seconds);
    const head = this.head(SCALE_NAMES[scale]!);
    const from = Math.max(head - length, this.#first[scale]!);
    const begin = Math.max((from * SCALES[SCALE_NAMES[scale]!].step) / 1000, this.#start);
    return this.#second > begin ? sumOf(column, scale, from, head) / (this.#second - begin) : 0;
  }

  /** The sum of the last seconds, including the current one; from five minutes on, in buckets of ten seconds. */
  sum(column: Column, seconds: number): number {
    const [scale, length] = scaleOf(seconds);
    const head = this.head(SCALE_NAMES[scale]!);
    const from = Math.max(head - length + 1, this.#first[scale]!);
    return column.current + sumOf(column, scale, from, head);
  }

  /** The current second, counted from the UNIX epoch. */
  get second(): number {
    return this.#second;
  }

  /**
   * The complete buckets from number `from` on that are still kept, and the incomplete one.
   * @param prefixes the names of the wanted columns begin with one of them
   */
  excerpt(scale: Scale, from: number, prefixes: readonly string[]): Excerpt {
    const index = SCALE_NAMES.indexOf(scale);
    const { step, length } = SCALES[scale];
    const head = this.head(scale);
    const begin = Math.min(head, Math.max(from, head - length + 1, this.#oldest[index]!));
    const age = this.#known.at(index, head) * 1000;
    const runningBegin = this.#second * 1000 - age;
    const columns: Record<string, number[]> = {};
    const unfinished: Record<string, number> = {};
    for (const [name, column] of this.#columns) {
      if (!prefixes.some((prefix) => name.startsWith(prefix))) continue;
      const last = column.at(index, head);
      if (last !== 0) unfinished[name] = last;
      const values = Array.from({ length: head - begin }, (_, i) => column.at(index, begin + i));
      if (values.some((value) => value !== 0)) columns[name] = values;
    }
    const running = age > 0 ? { begin: runningBegin, age, columns: unfinished } : null;
    const seconds = Array.from({ length: head - begin }, (_, i) =>
      this.#known.at(index, begin + i),
    );
    return { begin: begin * step, step, length: head - begin, seconds, columns, running };
  }
}

/** The finest scale that covers this time, and the number of its buckets in it. */
function scaleOf(seconds: number): [scale: number, length: number] {
  const scale = SCALE_NAMES.findIndex((name) => {
    const { step, length } = SCALES[name];
    return seconds * 1000 < step * length;
  });
  return [scale, Math.ceil((seconds * 1000) / SCALES[SCALE_NAMES[scale]!].step)];
}

function sumOf(column: Column, scale: number, from: number, to: number): number {
  let sum = 0;
  for (let bucket = from; bucket <= to; bucket++) sum += column.at(scale, bucket);
  return sum;
}
