import { readFileSync } from "node:fs";

const FORGET_MS = 5000;

/**
 * Names of threads by id, from /proc: cheaper for the traced process than having a program copy the name
 * into every record (40 ns). Names are looked up again after a while, since ids are reused and a thread
 * names itself only after it was started.
 */
export class ThreadNames {
  #names = new Map<number, string | null>();
  #lastTid = -1;
  #lastName: string | null = null;
  #since = 0;

  /** Forgets names that may be outdated; called once a batch. */
  refresh(): void {
    const now = performance.now();
    if (now - this.#since < FORGET_MS) return;
    this.#since = now;
    this.#names = new Map();
    this.#lastTid = -1;
  }

  /** Null when the thread is gone or hidden. */
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
