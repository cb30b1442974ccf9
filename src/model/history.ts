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

/** Where a number is added up. */
export class Column {
  #current = 0;
  readonly #rings = SCALE_NAMES.map((scale) => new Float64Array(SCALES[scale].length));

  add(value: number): void {
    this.#current += value;
  }

  /** Moves what came together in a second into its place on every scale. */
  roll(second: number): void {
    if (this.#current === 0) return;
    for (const [i, ring] of this.#rings.entries()) {
      const { step, length } = SCALES[SCALE_NAMES[i]!];
      ring[Math.floor((second * 1000) / step) % length]! += this.#current;
    }
    this.#current = 0;
  }

  clear(scale: number, bucket: number): void {
    this.#rings[scale]![bucket % SCALES[SCALE_NAMES[scale]!].length] = 0;
  }

  at(scale: number, bucket: number): number {
    return this.#rings[scale]![bucket % SCALES[SCALE_NAMES[scale]!].length]!;
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

  /** Per second, over the last complete seconds. */
  rate(column: Column, seconds = 10): number {
    const from = Math.max(this.#second - seconds, this.#first[0]!);
    let sum = 0;
    for (let second = from; second < this.#second; second++) sum += column.at(0, second);
    return this.#second > from ? sum / (this.#second - from) : 0;
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
