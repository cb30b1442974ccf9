import { listPids, type ProcessInfo, parentOf, readProcess } from "../../node/process/process.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** What a process is to the target. */
type Kind = "other" | "child" | "unrelated";

/**
 * The processes beside the target's. Those that run the same program are not the target, and do not become its
 * successor; but its child, a daemon, can.
 */
export class Neighbours {
  readonly #identity: ProcessIdentity | null;
  readonly #kinds = new Map<number, Kind>();
  /** Seen once: one that was just forked has not started its program yet. */
  #young: ReadonlySet<number> = new Set();

  /** @param identity the target's; null for a program that is traced whoever runs it */
  constructor(identity: ProcessIdentity | null) {
    this.#identity = identity;
  }

  /** Process ids of those that run the same program. */
  get others(): number[] {
    return [...this.#kinds].flatMap(([pid, kind]) => (kind === "other" ? [pid] : []));
  }

  /**
   * Learns who is there now.
   * @param isRunning whether the target's process runs
   * @returns those that began to run the same program; null, and learns nothing, when the target's process has ended
   */
  look(isRunning: () => boolean): ProcessInfo[] | null {
    // Listed first, so that nobody is learned who was started after the process ended.
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
   * @param all also those that were there before with another program, as a shell that becomes the node
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

  /** Whether it is none of those that ran beside the target. */
  isNew(pid: number): boolean {
    const kind = this.#kinds.get(pid);
    return pid !== this.#identity?.process.pid && (kind === undefined || kind === "child");
  }

  /** It was looked at, and is not the target. */
  markOther(pid: number): void {
    this.#kinds.set(pid, "other");
  }

  #forget(pids: readonly number[]): void {
    const alive = new Set(pids);
    for (const pid of this.#kinds.keys()) if (!alive.has(pid)) this.#kinds.delete(pid);
  }
}
