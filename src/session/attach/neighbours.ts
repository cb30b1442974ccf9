import { listPids, type ProcessInfo, parentOf, readProcess } from "../../node/process/process.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** How a process relates to the target. */
type Kind = "other" | "child" | "unrelated";

/**
 * The processes that run beside the target. One that runs the same program cannot become the target's successor,
 * unless it is a child of the target, which is a daemon.
 */
export class Neighbours {
  readonly #identity: ProcessIdentity | null;
  readonly #kinds = new Map<number, Kind>();
  /** Seen in one scan only: a process that was just forked may not have started its program yet. */
  #young: ReadonlySet<number> = new Set();

  /** @param identity the target's; null if every process that runs the program is traced */
  constructor(identity: ProcessIdentity | null) {
    this.#identity = identity;
  }

  /** Pids of the processes that run the same program. */
  get others(): number[] {
    return [...this.#kinds].flatMap(([pid, kind]) => (kind === "other" ? [pid] : []));
  }

  /**
   * Scans the running processes.
   * @param isRunning whether the target's process runs
   * @returns the processes that began to run the same program; null, with no change, if the target's process has ended
   */
  scan(isRunning: () => boolean): ProcessInfo[] | null {
    // Listed before the check, so that the list has no process that started after the target ended.
    const pids = listPids();
    if (!isRunning()) return null;
    this.#forget(pids);
    const isUnknown = (pid: number) => !this.#kinds.has(pid) || this.#young.has(pid);
    const unknown = pids.filter(isUnknown);
    this.#young = new Set(unknown.filter((pid) => !this.#kinds.has(pid)));
    return unknown.flatMap((pid) => {
      const process = this.#identity && pid !== this.#identity.process.pid && readProcess(pid);
      const kind = process ? this.#kindOf(process) : "unrelated";
      const isNews = kind === "other" && this.#kinds.get(pid) !== "other";
      this.#kinds.set(pid, kind);
      return process && isNews ? [process] : [];
    });
  }

  #kindOf(process: ProcessInfo): Kind {
    if (!this.#identity?.runsSameProgram(process)) return "unrelated";
    return parentOf(process.pid) === this.#identity.process.pid ? "child" : "other";
  }

  /**
   * Processes that may be the target's successor.
   * @param all also processes that ran another program before, such as a shell that becomes the node
   */
  candidates(all: boolean): ProcessInfo[] {
    const identity = this.#identity;
    if (!identity) return [];
    const pids = listPids();
    this.#forget(pids);
    return pids.flatMap((pid) => {
      const kind = this.#kinds.get(pid);
      if (pid === identity.process.pid || kind === "other") return [];
      if (kind === "unrelated" && !all) return [];
      const process = readProcess(pid);
      return process && identity.isCandidate(process) ? [process] : [];
    });
  }

  /** Whether the process did not run beside the target. */
  isNew(pid: number): boolean {
    const kind = this.#kinds.get(pid);
    return pid !== this.#identity?.process.pid && (kind === undefined || kind === "child");
  }

  /** Records that a process was checked and is not the target. */
  markOther(pid: number): void {
    this.#kinds.set(pid, "other");
  }

  #forget(pids: readonly number[]): void {
    const alive = new Set(pids);
    for (const pid of this.#kinds.keys()) if (!alive.has(pid)) this.#kinds.delete(pid);
  }
}
