import { closeDescriptor } from "../bpf/link.ts";
import { enableRunTime, type RunTime, readRunTime } from "../bpf/run-time.ts";
import { CorelensError } from "../errors.ts";

/**
 * What tracing costs the node, measured by the kernel: the time its threads spend in our programs. The
 * breakpoint that leads there (about half a microsecond a hit) is not in it.
 *
 * The kernel's statistics cost each run two clock readings, so they are on for a short moment every now and then,
 * and what they show is taken for the whole.
 */
export interface Cost {
  /** Average time of one run, in nanoseconds. */
  readonly nanosecondsPerHit: number;
  /** Runs it was measured over. */
  readonly runs: number;
}

const EVERY_MS = 2000;
const MOMENT_MS = 50;

export class CostMeter {
  readonly #programs: () => readonly number[];
  readonly #before = new Map<number, RunTime>();
  readonly #timer: NodeJS.Timeout;
  #statistics: number | null = null;
  #runs = 0;
  #nanoseconds = 0;
  #refused = false;

  /** @param programs descriptors of the programs that are attached at the moment */
  constructor(programs: () => readonly number[]) {
    this.#programs = programs;
    this.#timer = setInterval(() => this.#begin(), EVERY_MS).unref();
    this.#begin();
  }

  /** Null when nothing ran while it was measured, or this user may not turn the statistics on. */
  cost(): Cost | null {
    this.#end();
    if (this.#runs === 0) return null;
    return { nanosecondsPerHit: this.#nanoseconds / this.#runs, runs: this.#runs };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#end();
  }

  #begin(): void {
    if (this.#refused || this.#statistics !== null) return;
    try {
      this.#statistics = enableRunTime();
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      this.#refused = true;
      return;
    }
    for (const program of this.#programs()) this.#before.set(program, readRunTime(program));
    setTimeout(() => this.#end(), MOMENT_MS).unref();
  }

  #end(): void {
    if (this.#statistics === null) return;
    closeDescriptor(this.#statistics);
    this.#statistics = null;
    for (const program of this.#programs()) {
      const before = this.#before.get(program);
      if (!before) continue;
      const after = readRunTime(program);
      this.#runs += after.runs - before.runs;
      this.#nanoseconds += after.nanoseconds - before.nanoseconds;
    }
    this.#before.clear();
  }
}
