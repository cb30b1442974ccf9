import { readFileSync } from "node:fs";

const FORGET_MS = 5000;

/**
 * Names of threads by id, from /proc. This is cheaper for the traced process than a program that copies the name into
 * every record (40 ns). Names expire, because ids are reused, and a thread sets its name only after its start.
 */
export class ThreadNames {
  #names = new Map<number, string | null>();
  #lastTid = -1;
  #lastName: string | null = null;
  #since = 0;

  /** Discards names that may be outdated; call it once per batch. */
  refresh(): void {
    const now = performance.now();
    if (now - this.#since < FORGET_MS) return;
    this.#since = now;
    this.#names = new Map();
    this.#lastTid = -1;
  }

  /** Null if the thread has ended or is hidden. */
  name(pid: number, tid: number): string | null {
    if (tid === this.#lastTid) return this.#lastName;
    let name = this.#names.get(tid);
    if (name === undefined) {
      name = readName(pid, tid);
      this.#names.set(tid, name);
    }
    this.#lastTid = tid;
    this.#lastName = name;
    return name;
  }
}

function readName(pid: number, tid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/task/${tid}/comm`, "utf8").trimEnd();
  } catch {
    return null;
  }
}
