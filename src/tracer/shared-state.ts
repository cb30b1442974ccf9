import { mapSharedArray } from "../bpf/map.ts";
import type { Mapping } from "../kernel/libc.ts";

/**
 * The few words that programs and user space share without system calls: whether the reader sleeps, whose events
 * are wanted, and of each tracepoint how many events found the ring buffer full, and how many a limit left out.
 *
 *     0        4         64
 *     ┌────────┬─────────┬────────────────────────────────────────────┬───
 *     │ reader │ process │ tracepoint 0: lost, left out, second, taken│ tracepoint 1 …
 *     └────────┴─────────┴────────────────────────────────────────────┴───
 *
 * The first two, read at every event, share a cache line. A limit counts the events `taken` in the current `second`.
 */
const TRACEPOINT_BYTES = 32;

export const SHARED = {
  reader: 0,
  process: 4,
  lost: (id: number): number => 64 + TRACEPOINT_BYTES * id,
  leftOut: (id: number): number => 64 + TRACEPOINT_BYTES * id + 8,
  second: (id: number): number => 64 + TRACEPOINT_BYTES * id + 16,
  taken: (id: number): number => 64 + TRACEPOINT_BYTES * id + 24,
  size: (tracepoints: number): number => 64 + TRACEPOINT_BYTES * tracepoints,
} as const;

/** Values of the reader's word. */
export const WAKE = { awake: 0, asleep: 1 } as const;

/** Values of the process's word other than a process id. */
export const EVERYBODY = 0;
export const NOBODY = 0xffff_ffff;

export class SharedState {
  readonly #mapping: Mapping;
  readonly #reader: Int32Array;
  readonly #process: Uint32Array;
  readonly #words: BigUint64Array;

  constructor(fd: number, tracepoints: number) {
    this.#mapping = mapSharedArray(fd, SHARED.size(tracepoints));
    this.#reader = new Int32Array(this.#mapping.memory, SHARED.reader, 1);
    this.#process = new Uint32Array(this.#mapping.memory, SHARED.process, 1);
    const words = SHARED.size(tracepoints) / 8;
    this.#words = new BigUint64Array(this.#mapping.memory, 0, words);
  }

  /** Tells the programs to wake the reader at the next event. */
  sleep(): void {
    Atomics.store(this.#reader, 0, WAKE.asleep);
  }

  wake(): void {
    Atomics.store(this.#reader, 0, WAKE.awake);
  }

  /** Lets programs report only what this process does: a pid, EVERYBODY or NOBODY. */
  admit(process: number): void {
    Atomics.store(this.#process, 0, process);
  }

  /** Events of tracepoint `id` that were lost since the session began. */
  lost(id: number): number {
    return Number(Atomics.load(this.#words, SHARED.lost(id) / 8));
  }

  /** Events of tracepoint `id` that a limit left out since the session began. */
  leftOut(id: number): number {
    return Number(Atomics.load(this.#words, SHARED.leftOut(id) / 8));
  }

  close(): void {
    this.#mapping.unmap();
  }
}
