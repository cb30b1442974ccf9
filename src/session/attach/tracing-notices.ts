import { CorelensError } from "../../errors.ts";
import type { Notice } from "../../event/notice.ts";
import type { TraceSettings } from "../../event/trace-settings.ts";
import { nodeTitle } from "../../node/process/node-title.ts";
import { type ProcessInfo, processTitle } from "../../node/process/process.ts";
import type { TracedTracepoint } from "../../tracer/attachment.ts";
import type { Limits } from "../../tracer/limit-writer.ts";
import { processesOf, type TargetFile } from "./target.ts";

/** Reports what the privileged half of a session does. */
export class TracingNotices {
  readonly #emit: (notice: Notice) => void;

  constructor(emit: (notice: Notice) => void) {
    this.#emit = emit;
  }

  limited({ sample = null, rate = null }: Partial<Limits>): void {
    if (sample === null && rate === null) return;
    this.#emit({ tracepoint: "corelens:limited", time: Date.now(), sample, rate });
  }

  settingsChanged(settings: TraceSettings): void {
    this.#emit({ tracepoint: "corelens:settings", time: Date.now(), ...settings });
  }

  /** @param process the only traced process; null when all that run the file are traced */
  attached(
    { binary, reachablePath }: TargetFile,
    process: ProcessInfo | null,
    tracepoints: number,
  ): void {
    this.#emit({
      tracepoint: "corelens:attached",
      time: Date.now(),
      binary: binary.path,
      pid: process?.pid ?? null,
      tracepoints,
      // Shows when the named file is a copy that no process runs.
      ...(process === null && { running: processesOf(reachablePath).length }),
    });
  }

  unreadable(tracepoints: readonly TracedTracepoint[]): void {
    const reported = new Set<string>();
    for (const { name, unreadable = [] } of tracepoints) {
      for (const field of unreadable) {
        const text = JSON.stringify([name, field]);
        if (reported.has(text)) continue;
        reported.add(text);
        this.#emit({
          tracepoint: "corelens:unreadable",
          time: Date.now(),
          unreadable_tracepoint: name,
          ...field,
        });
      }
    }
  }

  ended({ pid }: ProcessInfo, awaited: string | null): void {
    this.#emit({ tracepoint: "corelens:ended", time: Date.now(), pid, awaited });
  }

  error({ code, message }: CorelensError): void {
    this.#emit({ tracepoint: "corelens:error", time: Date.now(), code, message });
  }

  /** Counts of several processes are added up unless they are grouped by process. */
  countedTogether(path: string): void {
    const pids = processesOf(path).map(({ pid }) => pid);
    if (pids.length < 2) return;
    const titles = pids.map(nodeTitle).join(", ");
    const message = `several processes run ${path} and are counted together: ${titles}; --by pid separates them`;
    this.error(new CorelensError("NODE_AMBIGUOUS", message));
  }

  /** Another process started that runs the same program. */
  stranger(process: ProcessInfo, target: ProcessInfo): void {
    const message = `${nodeTitle(process.pid)} runs the same program and is not traced; ${processTitle(target)} is`;
    this.error(new CorelensError("NODE_AMBIGUOUS", message));
  }
}
