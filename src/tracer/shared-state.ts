import { mapSharedArray } from "../bpf/map.ts";
import type { Mapping } from "../kernel/libc.ts";

/**
 * The few words that programs and user space share without system calls: whether the reader sleeps, whose events
 * are wanted, and how many events of each tracepoint found the ring buffer full.
 *
 *     0        4         64       72       80
 *     ┌────────┬─────────┬────────┬────────┬───
 *     │ reader │ process │ lost 0 │ lost 1 │ …      the first two, read at every event, share a cache line
 *     └────────┴─────────┴────────┴────────┴───
 */
export const SHARED = {
  reader: 0,
  process: 4,
  lost: (id: number): number => 64 + 8 * id,
  size: (tracepoints: number): number => 64 + 8 * tracepoints,
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
  readonly #lost: BigUint64Array;

  constructor(fd: number, tracepoints: number) {
    this.#mapping = mapSharedArray(fd, SHARED.size(tracepoints));
    this.#reader = new Int32Array(this.#mapping.memory, SHARED.reader, 1);
    this.#process = new Uint32Array(this.#mapping.memory, SHARED.process, 1);
    this.#lost = new BigUint64Array(this.#mapping.memory, SHARED.lost(0), tracepoints);
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
    return Number(Atomics.load(this.#lost, id));
  }

  close(): void {
    this.#mapping.unmap();
  }
}
