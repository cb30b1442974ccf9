import { isNotice, type Notice, type StreamEvent } from "../event/notice.ts";
import type { Fold } from "./fold.ts";

/** A notice, and when it came. */
export interface StreamChange {
  readonly time: number;
  readonly notice: Notice;
}

export interface StreamView {
  /** `waiting` until a node is traced, `ended` from the node's end to its restart. */
  readonly state: "waiting" | "attached" | "ended";
  readonly pid: number | null;
  /** After the node's end, what must start for tracing to continue (see the notice `corelens:ended`). */
  readonly awaited?: string | null | undefined;
  readonly binary: string | null;
  readonly tracepoints: number;
  /** When the state began, in ms since the UNIX epoch. */
  readonly since: number;
  /** The last error of following the node; null without one since the tracer attached. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Newest first. */
  readonly changes: readonly StreamChange[];
  /** When events were last lost; null if none were lost. */
  readonly lastLoss: number | null;
}

const MAX_CHANGES = 30;

/** What is traced at present. */
export class Stream implements Fold {
  #view: Omit<StreamView, "changes">;
  readonly #changes: StreamChange[] = [];

  constructor(now: number) {
    this.#view = {
      state: "waiting",
      pid: null,
      binary: null,
      tracepoints: 0,
      since: now,
      error: null,
      lastLoss: null,
    };
  }

  see(event: StreamEvent): void {
    if (isNotice(event)) this.#notice(event);
    else this.#flows(event.time, event.pid);
  }

  view(): StreamView {
    return { ...this.#view, changes: this.#changes };
  }

  #notice(notice: Notice): void {
    this.#changes.unshift({ time: notice.time, notice });
    if (this.#changes.length > MAX_CHANGES) this.#changes.pop();
    const { time } = notice;
    switch (notice.tracepoint) {
      case "corelens:attached": {
        const { pid, binary, tracepoints } = notice;
        // The tracer attaches to a replaced binary before a process runs it: the node has not restarted.
        if (this.#view.state === "ended" && pid !== null && pid === this.#view.pid) return;
        const state = "attached";
        this.#view = {
          ...this.#view,
          state,
          pid,
          binary,
          tracepoints,
          since: time,
          error: null,
        };
        return;
      }
      case "corelens:ended":
        this.#view = { ...this.#view, state: "ended", awaited: notice.awaited, since: time };
        return;
      case "corelens:error":
        this.#view = {
          ...this.#view,
          error: { code: notice.code, message: notice.message },
        };
        return;
      case "corelens:lost":
        this.#view = { ...this.#view, lastLoss: time };
    }
  }

  /** Without a notice, the first event shows that tracing began. */
  #flows(time: number, pid: number): void {
    if (this.#view.state !== "waiting") return;
    this.#view = { ...this.#view, state: "attached", pid, since: time, error: null };
  }
}
