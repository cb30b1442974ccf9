import type { AttachedNotice, EndedNotice } from "../../event/notice.ts";
import { waitingText } from "../../event/notice.ts";
import { counted } from "../../text/counted.ts";
import { durationText } from "../../text/format.ts";
import type { Entry, IncidentLog } from "./incident-log.ts";

/**
 * Follows the process of the node:
 *
 *     attached ──► corelens started
 *     ended ──► node ended ──attached to another process, or an event of the same──► node started
 *
 * The tracer attaches to a replaced binary before a process runs it, and then the notice has the former process. In a
 * container, both processes can have the same id; so then the next event shows that the node started.
 */
export class NodeProcess {
  readonly #log: IncidentLog;
  #hasBegun = false;
  #pid: number | null = null;
  #ended: { readonly time: number; readonly pid: number; readonly entry: Entry | null } | null =
    null;
  /** Whether the next event shows that a process has started. */
  #isExpected = false;

  constructor(log: IncidentLog) {
    this.#log = log;
  }

  attached({ time, binary, pid, tracepoints, running }: AttachedNotice): void {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#isExpected = pid === null && running === 0;
      this.#pid = pid;
      const name = binary.slice(binary.lastIndexOf("/") + 1);
      const which =
        pid === null ? (running === 0 ? ", which does not run yet" : "") : ` (pid ${pid})`;
      this.#log.add({
        ...{ kind: "corelens_started", severity: "info", begin: time, end: time, pid },
        object: nodeOf(pid),
        text: `corelens began to trace ${counted(tracepoints, "tracepoint")} of ${name}${which}`,
        figures: { tracepoints, binary },
      });
      return;
    }
    if (this.#ended && pid === this.#ended.pid) this.#isExpected = true;
    else if (this.#ended || (pid !== null && pid !== this.#pid)) this.#started(time, pid);
  }

  ended({ time, pid, awaited }: EndedNotice): void {
    const entry = this.#log.add({
      ...{ kind: "node_ended", severity: "warning", begin: time, end: null, pid },
      object: nodeOf(pid),
      text: `The node ended (pid ${pid}); ${waitingText(awaited)}`,
      figures: {},
    });
    this.#ended = { time, pid, entry };
    this.#isExpected = false;
  }

  /** Takes any event of the node. */
  runs(time: number, pid: number): void {
    if (this.#isExpected) this.#started(time, pid);
  }

  #started(time: number, pid: number | null): void {
    const ended = this.#ended;
    const down = ended && time - ended.time;
    const process = pid === null ? "" : ` (pid ${pid})`;
    const after = down === null ? "" : ` again after ${durationText(down * 1e6, "µs")}`;
    if (ended) {
      const text = `The node ended (pid ${ended.pid}) and was down for ${durationText(down! * 1e6, "µs")}`;
      this.#log.change(ended.entry, { text, end: time, to: time });
    }
    this.#log.add({
      ...{ kind: "node_started", severity: "info", begin: time, end: time, pid },
      object: nodeOf(pid),
      text: `The node started${after}${process}`,
      figures: {
        down_seconds: down === null ? null : Math.round(down) / 1000,
        former_pid: this.#pid,
      },
    });
    this.#pid = pid;
    this.#ended = null;
    this.#isExpected = false;
  }
}

function nodeOf(pid: number | null) {
  return pid === null ? null : ({ kind: "node", id: pid } as const);
}
