import { mapSharedArray } from "../bpf/map.ts";
import type { Mapping } from "../kernel/libc.ts";

/**
 * Memory that the programs and this process share, so that neither needs a system call. It has the state of the reader,
 * the process to trace, and four numbers for each tracepoint: events lost because the ring buffer was full, events
 * omitted by a limit, events of the current second, and events that the query could not decide on.
 *
 *     0        8           12          64         192
 *     ┌────────┬───────────┬───────────┬──────────┬──────────────────────────────────────────────────────┬───
 *     │ reader │ process 0 │ process 1 │ excluded │ tracepoint 0: lost, omitted, second, taken, undecided│ tracepoint 1 …
 *     └────────┴───────────┴───────────┴──────────┴──────────────────────────────────────────────────────┴───
 *
 * Programs read the first three words at every event, so these share a cache line. A limit counts the events `taken` in
 * the current `second`.
 *
 * New programs replace old ones without a gap. Programs form two sets, and each set reads its own process word:
 *
 *     process 0      process 1
 *     pid            NO_PROCESS     set 0 reports; set 1 is being attached and reports nothing
 *     NO_PROCESS     pid            one store of both words: set 1 reports; set 0 can be detached
 *
 * Only an event during that one store can be lost or delivered twice.
 *
 * When the traced process has ended, NEW_PROCESSES traces the next process that runs the file from its first event. It
 * does not trace the `excluded` processes, which ran the file already.
 */
const TRACEPOINT_BYTES = 40;
/** The maximum number of excluded processes. */
export const MAX_EXCLUDED = 32;
const TRACEPOINTS = 64 + 4 * MAX_EXCLUDED;

export const SHARED = {
  reader: 0,
  process: (set: ProgramSet): number => 8 + 4 * set,
  excluded: 64,
  lost: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id,
  omitted: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 8,
  second: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 16,
  taken: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 24,
  undecided: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 32,
  size: (tracepoints: number): number => TRACEPOINTS + TRACEPOINT_BYTES * tracepoints,
} as const;

/** The two sets of programs; each reads its own process word. */
export type ProgramSet = 0 | 1;

/** Values of the reader's word. */
export const WAKE = { awake: 0, asleep: 1 } as const;

/** Values of a process word that are not process ids. */
export const EVERY_PROCESS = 0;
export const NO_PROCESS = 0xffff_ffff;
/** Every process that is not excluded. No process has this id, and as an immediate of 32 bits it is positive. */
export const NEW_PROCESSES = 0x7fff_ffff;

export class SharedState {
  readonly #mapping: Mapping;
  readonly #reader: Int32Array;
  readonly #excluded: Int32Array;
  readonly #words: BigUint64Array;
  readonly #halves: Uint32Array;
  #active: ProgramSet = 0;
  #process = EVERY_PROCESS;

  constructor(fd: number, tracepoints: number) {
    this.#mapping = mapSharedArray(fd, SHARED.size(tracepoints));
    this.#reader = new Int32Array(this.#mapping.memory, SHARED.reader, 1);
    this.#excluded = new Int32Array(this.#mapping.memory, SHARED.excluded, MAX_EXCLUDED);
    const words = SHARED.size(tracepoints) / 8;
    this.#words = new BigUint64Array(this.#mapping.memory, 0, words);
    this.#halves = new Uint32Array(this.#mapping.memory, 0, 2 * words);
  }

  /** The next event will wake the reader. */
  sleep(): void {
    Atomics.store(this.#reader, 0, WAKE.asleep);
  }

  /** Events no longer wake the reader. */
  wake(): void {
    Atomics.store(this.#reader, 0, WAKE.awake);
  }

  /**
   * Makes the active set report the events of one process.
   * @param process a pid, EVERY_PROCESS, NEW_PROCESSES or NO_PROCESS
   */
  trace(process: number): void {
    this.#process = process;
    const words = [NO_PROCESS, NO_PROCESS];
    words[this.#active] = process;
    const both = BigInt(words[0]!) | (BigInt(words[1]!) << 32n);
    Atomics.store(this.#words, SHARED.process(0) / 8, both);
  }

  /** Sets the processes that NEW_PROCESSES does not trace: the first MAX_EXCLUDED of them. */
  exclude(processes: readonly number[]): void {
    for (let i = 0; i < MAX_EXCLUDED; i++) Atomics.store(this.#excluded, i, processes[i] ?? 0);
  }

  /** The set that reports. */
  get activeSet(): ProgramSet {
    return this.#active;
  }

  /** Makes the other set report instead of the active one. */
  switchSets(): void {
    this.#active = otherSet(this.#active);
    this.trace(this.#process);
  }

  /** Events of tracepoint `id` lost since the session began. */
  lost(id: number): number {
    return Number(Atomics.load(this.#words, SHARED.lost(id) / 8));
  }

  /** Events lost of all tracepoints with ids below `tracepoints`, modulo 2^32 for each. */
  totalLost(tracepoints: number): number {
    let lost = 0;
    for (let id = 0; id < tracepoints; id++)
      lost += Atomics.load(this.#halves, SHARED.lost(id) / 4);
    return lost;
  }

  /** Events of tracepoint `id` that a limit omitted since the session began. */
  omitted(id: number): number {
    return Number(Atomics.load(this.#words, SHARED.omitted(id) / 8));
  }

  /** Events of tracepoint `id` that the query could not decide on. */
  undecided(id: number): number {
    return Number(Atomics.load(this.#words, SHARED.undecided(id) / 8));
  }

  close(): void {
    this.#mapping.unmap();
  }
}

export function otherSet(set: ProgramSet): ProgramSet {
  return set === 0 ? 1 : 0;
}
