import type { RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import { type MeasuredBlock, measuredBlock } from "./measured-block.ts";
import type { BenchmarkResult } from "./result.ts";

/** The blocks to measure, both heights included; null for no bound. */
export interface HeightRange {
  readonly first: number | null;
  readonly last: number | null;
}

interface Counts {
  blocks: number;
  transactions: number;
  inputs: number;
  sigops_cost: number;
}

/** The blocks that were connected within one second. */
export interface Second extends Readonly<Counts> {
  /** Seconds since the first block, at the end of this one. */
  readonly seconds: number;
  /** Of the last block. */
  readonly height: number;
}

const NOTHING = { blocks: 0, transactions: 0, inputs: 0, sigops_cost: 0 } as const;
/** Maximum delay until an event is read, in ms. After it, a second is complete. */
const GRACE = 250;

/**
 * Connected blocks, divided into seconds.
 *
 *     first block             second 1        second 2                  last block
 *     ├──connecting──┼────────────┼───────────────┼───────── … ─────────────┤
 *     └ begin        └ at                                               end ┘
 *
 * The benchmark measures one process; others may run the same binary.
 */
export class Benchmark {
  readonly range: HeightRange;
  readonly #blocks: MeasuredBlock[] = [];
  #pid: number | null = null;
  #binary: string | null = null;
  #lost = 0;
  /** Time at which the first block was connected, in ms since the epoch. */
  #time = 0;
  /** In ns since boot. */
  #begin = 0;
  #end = 0;
  #second: Counts = { ...NOTHING };
  /** Number of the current second. */
  #number = 1;
  #height: number | null = null;

  constructor(range: HeightRange) {
    this.range = range;
  }

  /** Height of the last connected block, inside or outside the range; null before the first. */
  get height(): number | null {
    return this.#height;
  }

  get isDone(): boolean {
    const { last } = this.range;
    return last !== null && (this.#blocks.at(-1)?.height ?? -1) >= last;
  }

  get result(): BenchmarkResult {
    return {
      binary: this.#binary,
      time: Math.floor(this.#time),
      elapsed: this.#end - this.#begin,
      lost: this.#lost,
      blocks: this.#blocks,
    };
  }

  observe(notice: Notice): void {
    if (notice.tracepoint === "corelens:attached") this.#binary ??= notice.binary;
    if (notice.tracepoint === "corelens:lost") this.#lost += notice.lost;
    // A restarted node continues.
    if (notice.tracepoint === "corelens:ended" && notice.pid === this.#pid) this.#pid = null;
  }

  /**
   * @returns the block if it is in the range, and the second that ended before it
   * @throws CorelensError FIELD_UNKNOWN if the unit of durations is unknown
   */
  add(event: RawEvent): { readonly block: MeasuredBlock | null; readonly second: Second | null } {
    const block = measuredBlock(event);
    const { first, last } = this.range;
    const isOther = this.#pid !== null && this.#pid !== event.pid;
    if (!isOther) this.#height = block.height;
    if (isOther || block.height < (first ?? 0) || block.height > (last ?? block.height)) {
      return { block: null, second: null };
    }
    this.#pid = event.pid;
    const end = Number(event.ktime);
    if (this.#blocks.length === 0) {
      this.#time = event.time;
      this.#begin = end - block.duration_ns;
    }
    const second = this.#endSecond(event.time);
    this.#end = end;
    this.#blocks.push(block);
    this.#second.blocks++;
    this.#second.transactions += block.transactions;
    this.#second.inputs += block.inputs;
    this.#second.sigops_cost += block.sigops_cost;
    return { block, second };
  }

  /** The second that ended, if it has blocks. @param now ms since the epoch */
  tick(now: number): Second | null {
    return this.#endSecond(now - GRACE);
  }

  /** Skips seconds without blocks. */
  #endSecond(now: number): Second | null {
    const seconds = this.#number;
    const current = Math.floor((now - this.#time) / 1000) + 1;
    if (this.#second.blocks === 0) this.#number = current;
    if (this.#second.blocks === 0 || current <= seconds) return null;
    const second = { seconds, ...this.#second, height: this.#blocks.at(-1)!.height };
    this.#second = { ...NOTHING };
    this.#number = current;
    return second;
  }
}
