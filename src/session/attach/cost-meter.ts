import { closeDescriptor } from "../../bpf/descriptor.ts";
import { enableRunTime, type RunTime, readRunTime } from "../../bpf/run-time.ts";
import { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";

/*
 * The kernel's statistics add two clock readings to each run of a program. So they stay on only until enough runs are
 * measured, then for a short moment at intervals. These samples represent all runs.
 */

const ENOUGH_RUNS = 10_000;
const MOMENT_MS = 50;
/** The pause between samples, and the interval of checks until enough runs are measured. */
const PAUSE_MS = 2000;
const RECHECK_MS = 250;

export class CostMeter {
  readonly #programs: () => readonly number[];
  readonly #before = new Map<number, RunTime>();
  #timer: NodeJS.Timeout | undefined;
  #statistics: number | null = null;
  #runs = 0;
  #nanoseconds = 0;

  /** @param programs returns the descriptors of the attached programs */
  constructor(programs: () => readonly number[]) {
    this.#programs = programs;
  }

  /** Call it after programs are attached. Without permission to enable the statistics, the cost stays unknown. */
  start(): void {
    this.#end();
    try {
      this.#begin();
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
    }
  }

  /** Null if no program ran during a sample, or this user may not enable the statistics. */
  cost(): Cost | null {
    this.#measure();
    if (this.#runs === 0) return null;
    return { nanosecondsPerHit: this.#nanoseconds / this.#runs, runs: this.#runs };
  }

  close(): void {
    this.#measure();
    this.#end();
  }

  #begin(): void {
    this.#statistics = enableRunTime();
    for (const program of this.#programs()) this.#before.set(program, readRunTime(program));
    this.#timer = setTimeout(() => this.#pause(), MOMENT_MS).unref();
  }

  #pause(): void {
    this.#measure();
    const isEnough = this.#runs >= ENOUGH_RUNS;
    if (isEnough) this.#end();
    this.#timer = isEnough
      ? setTimeout(() => this.#begin(), PAUSE_MS).unref()
      : setTimeout(() => this.#pause(), RECHECK_MS).unref();
  }

  #measure(): void {
    if (this.#statistics === null) return;
    for (const program of this.#programs()) {
      const before = this.#before.get(program);
      const after = readRunTime(program);
      this.#before.set(program, after);
      if (!before) continue;
      this.#runs += after.runs - before.runs;
      this.#nanoseconds += after.nanoseconds - before.nanoseconds;
    }
  }

  #end(): void {
    clearTimeout(this.#timer);
    if (this.#statistics !== null) closeDescriptor(this.#statistics);
    this.#statistics = null;
    this.#before.clear();
  }
}
