/** The name of what a column holds for all names beyond those that are kept apart. */
export { OTHER } from "../util/bounded-map.ts";

/**
 * What happened in each second, each ten seconds and each five minutes, as far back as charts go.
 *
 *     add(3) ──► current ──second is over──► [ 1 s × 300 ]
 *                              └─ summed up ─► [ 10 s × 360 ] ─► [ 300 s × 288 ]
 *
 * Adding is one addition, whatever is kept of it: events come by the ten thousand a second, seconds do not.
 */
export const SCALES = {
  "5m": { step: 1000, length: 300 },
  "1h": { step: 10_000, length: 360 },
  "24h": { step: 300_000, length: 288 },
} as const;

export type Scale = keyof typeof SCALES;

const SCALE_NAMES = Object.keys(SCALES) as Scale[];

/** A part of every column, in buckets of `step` ms whose first begins at `begin` (ms since the epoch). */
export interface Excerpt {
  readonly begin: number;
  readonly step: number;
  /** How many buckets there are. */
  readonly length: number;
  /** Sums by column; those that are zero throughout are left out. */
  readonly columns: Readonly<Record<string, readonly number[]>>;
  /** The bucket that follows, which is not complete yet; null while no second of it is over. */
  readonly running: RunningBucket | null;
}

/** The seconds of a bucket that are over. */
export interface RunningBucket {
  /** Of the first of these seconds, in ms since the epoch: later than the bucket's own where the history is younger. */
  readonly begin: number;
  /** How long they are together, in ms: less than a bucket's length. */
  readonly age: number;
  /** Sums by column; those that are zero are left out. */
  readonly columns: Readonly<Record<string, number>>;
}

/** A number that is added up: in all, and over time. */
export class Column {
  #total = 0;
  #current = 0;
  /** One for each scale, made with the first second that is over: what only counts needs none. */
  #rings: readonly Float64Array[] | null = null;

  add(value: number): void {
    this.#total += value;
    this.#current += value;
  }

  /** Since the beginning. */
  get total(): number {
    return this.#total;
  }

  /** Of the second that is not over. */
  get current(): number {
    return this.#current;
  }

  /** Adds the sum of a second that is over to its bucket on every scale. */
  roll(second: number): void {
    if (this.#current === 0) return;
    this.#rings ??= SCALE_NAMES.map((scale) => new Float64Array(SCALES[scale].length));
    for (const [i, ring] of this.#rings.entries()) {
      const { step, length } = SCALES[SCALE_NAMES[i]!];
      ring[Math.floor((second * 1000) / step) % length]! += this.#current;
    }
    this.#current = 0;
  }

  clear(scale: number, bucket: number): void {
    const ring = this.#rings?.[scale];
    if (ring) ring[bucket % ring.length] = 0;
  }

  at(scale: number, bucket: number): number {
    const ring = this.#rings?.[scale];
    return ring?.[bucket % ring.length] ?? 0;
  }
}

export class History {
  readonly #columns = new Map<string, Column>();
  #second: number;
  /** The second in which the history begins. */
  readonly #start: number;
  /** The bucket of each scale at which the history begins. */
  readonly #first: readonly number[];

  /** @param now ms since the epoch */
  constructor(now: number) {
    this.#second = Math.floor(now / 1000);
    this.#start = this.#second;
    this.#first = SCALE_NAMES.map((scale) => Math.floor(now / SCALES[scale].step));
  }

  /** The column of that name, which begins to exist. */
  column(name: string): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Column();
      this.#columns.set(name, column);
    }
    return column;
  }

  /** Lets time pass; it never runs backwards. */
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
      }
    }
    this.#second = second;
  }

  /** The number of the first bucket that is not complete yet. */
  head(scale: Scale): number {
    return Math.floor((this.#second * 1000) / SCALES[scale].step);
  }

  /** Per second, over the last complete seconds; over more than five minutes, rounded up to ten seconds. */
  rate(column: Column, seconds = 10): number {
    const [scale, length] = scaleOf(seconds);
    const head = this.head(SCALE_NAMES[scale]!);
    const from = Math.max(head - length, this.#first[scale]!);
    const begin = Math.max((from * SCALES[SCALE_NAMES[scale]!].step) / 1000, this.#start);
    return this.#second > begin ? sumOf(column, scale, from, head) / (this.#second - begin) : 0;
  }

  /** Over the last seconds, the current one included; over more than five minutes, rounded down to ten seconds. */
  sum(column: Column, seconds: number): number {
    const [scale, length] = scaleOf(seconds);
    const head = this.head(SCALE_NAMES[scale]!);
    const from = Math.max(head - length + 1, this.#first[scale]!);
    return column.current + sumOf(column, scale, from, head);
  }

  /** How many seconds are over, since the epoch. */
  get second(): number {
    return this.#second;
  }

  /**
   * The complete buckets from number `from` on, as far as they are kept, and the one that is not complete yet.
   * @param prefixes how the names of the columns that are wanted begin
   */
  excerpt(scale: Scale, from: number, prefixes: readonly string[]): Excerpt {
    const index = SCALE_NAMES.indexOf(scale);
    const { step, length } = SCALES[scale];
    const head = this.head(scale);
    const begin = Math.min(head, Math.max(from, head - length + 1, this.#first[index]!));
    const runningBegin = Math.max(head * step, this.#start * 1000);
    const age = this.#second * 1000 - runningBegin;
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
    return { begin: begin * step, step, length: head - begin, columns, running };
  }
}

/** The finest scale that reaches back this far, and how many of its buckets that takes. */
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
