import { mapSharedArray } from "../bpf/map.ts";
import type { Mapping } from "../kernel/libc.ts";

/**
 * The few words that programs and user space share without system calls: whether the reader sleeps, whose events
 * are wanted, and of each tracepoint how many events found the ring buffer full, how many a limit left out, and how
 * many the query could not decide on.
 *
 *     0        8           12          64       192
 *     ┌────────┬───────────┬───────────┬────────┬───────────────────────────────────────────────────────┬───
 *     │ reader │ process 0 │ process 1 │ others │ tracepoint 0: lost, left out, second, taken, undecided│ tracepoint 1 …
 *     └────────┴───────────┴───────────┴────────┴───────────────────────────────────────────────────────┴───
 *
 * The first three, read at every event, share a cache line. A limit counts the events `taken` in the current `second`.
 *
 * There are two words for the process because programs come in two turns: when other ones are to take over, they are
 * attached first, while their turn's word still says NOBODY, and one store of both words then lets them and stops the
 * former. So nothing is lost or told twice, but for an event that happens within that very microsecond.
 *
 * After the traced process ended, NEWCOMERS lets whatever process starts next report from its first event, and leaves
 * out the `others`: processes that ran the same program already.
 */
const TRACEPOINT_BYTES = 40;
/** Processes that run one program beside the traced one, for which there is room. */
export const MAX_OTHERS = 32;
const TRACEPOINTS = 64 + 4 * MAX_OTHERS;

export const SHARED = {
  reader: 0,
  process: (turn: BufferIndex): number => 8 + 4 * turn,
  others: 64,
  lost: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id,
  omitted: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 8,
  second: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 16,
  taken: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 24,
  undecided: (id: number): number => TRACEPOINTS + TRACEPOINT_BYTES * id + 32,
  size: (tracepoints: number): number => TRACEPOINTS + TRACEPOINT_BYTES * tracepoints,
} as const;

/** Of which of the two words a program reads. */
export type BufferIndex = 0 | 1;

/** Values of the reader's word. */
export const WAKE = { awake: 0, asleep: 1 } as const;

/** Values of the process's word other than a process id. */
export const EVERYBODY = 0;
export const NOBODY = 0xffff_ffff;
/** Everybody but the others. No process has this id, nor is it negative as an immediate of 32 bits. */
export const NEWCOMERS = 0x7fff_ffff;

export class SharedState {
  readonly #mapping: Mapping;
  readonly #reader: Int32Array;
  readonly #others: Int32Array;
  readonly #words: BigUint64Array;
  readonly #halves: Uint32Array;
  #turn: BufferIndex = 0;
  #admitted = EVERYBODY;

  constructor(fd: number, tracepoints: number) {
    this.#mapping = mapSharedArray(fd, SHARED.size(tracepoints));
    this.#reader = new Int32Array(this.#mapping.memory, SHARED.reader, 1);
    this.#others = new Int32Array(this.#mapping.memory, SHARED.others, MAX_OTHERS);
    const words = SHARED.size(tracepoints) / 8;
    this.#words = new BigUint64Array(this.#mapping.memory, 0, words);
    this.#halves = new Uint32Array(this.#mapping.memory, 0, 2 * words);
  }

  /** Tells the programs to wake the reader at the next event. */
  sleep(): void {
    Atomics.store(this.#reader, 0, WAKE.asleep);
  }

  wake(): void {
    Atomics.store(this.#reader, 0, WAKE.awake);
  }

  /** Lets programs whose turn it is report only what this process does: a pid, EVERYBODY, NEWCOMERS or NOBODY. */
  admit(process: number): void {
    this.#admitted = process;
    const words = [NOBODY, NOBODY];
    words[this.#turn] = process;
    const both = BigInt(words[0]!) | (BigInt(words[1]!) << 32n);
    Atomics.store(this.#words, SHARED.process(0) / 8, both);
  }

  /** Names those who are no newcomers. When there are more than there is room for, the last have no room. */
  leaveOut(others: readonly number[]): void {
    for (let i = 0; i < MAX_OTHERS; i++) Atomics.store(this.#others, i, others[i] ?? 0);
  }

  /** Whose turn it is. */
  get turn(): BufferIndex {
    return this.#turn;
  }

  /** Lets programs of the other turn take over from those of this one. */
  swapBuffers(): void {
    this.#turn = other(this.#turn);
    this.admit(this.#admitted);
  }

  /** Events of tracepoint `id` that were lost since the session began. */
  lost(id: number): number {
    return Number(Atomics.load(this.#words, SHARED.lost(id) / 8));
  }

  /** The same of all tracepoints whose id is less than `tracepoints`, modulo 2^32 for each. */
  lostTogether(tracepoints: number): number {
    let lost = 0;
    for (let id = 0; id < tracepoints; id++)
      lost += Atomics.load(this.#halves, SHARED.lost(id) / 4);
    return lost;
  }

  /** Events of tracepoint `id` that a limit left out since the session began. */
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

export function other(turn: BufferIndex): BufferIndex {
  return turn === 0 ? 1 : 0;
}
