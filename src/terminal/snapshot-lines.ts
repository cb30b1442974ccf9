import type { RawEvent } from "../event/event.ts";
import { eventJson, jsonLine } from "../event/json.ts";
import { isNotice, type Notice, type StreamEvent } from "../event/notice.ts";
import type { LineTool } from "../text/line-tool.ts";
import type { ScreenTool } from "../text/screen/screen-tool.ts";

const PERIOD_MS = 1000;

/** A screen's data as a JSON line per second of the stream, in order with the lines of notices. */
export class SnapshotLines implements LineTool {
  readonly #tool: ScreenTool;
  #now = 0;
  #due: number | null = null;

  constructor(tool: ScreenTool) {
    this.#tool = tool;
  }

  print(event: RawEvent): string {
    return this.#take(event);
  }

  notice(notice: Notice): string {
    return this.#take(notice);
  }

  tick(now: number): string {
    return this.#due === null ? "" : this.#until(now);
  }

  end(): string {
    return this.#due === null ? "" : this.#line(this.#now);
  }

  #take(event: StreamEvent): string {
    const before = this.#until(event.time);
    this.#tool.take(event);
    return isNotice(event) ? `${before}${eventJson(event)}\n` : before;
  }

  /** The snapshot that is due, if any. After a long pause there is only one. */
  #until(time: number): string {
    this.#now = Math.max(this.#now, time);
    this.#due ??= time + PERIOD_MS;
    if (time < this.#due) return "";
    const line = this.#line(this.#due);
    this.#due = Math.max(this.#due + PERIOD_MS, time);
    return line;
  }

  #line(time: number): string {
    const { tracepoint, ...values } = this.#tool.snapshot(time);
    return jsonLine(tracepoint as `corelens:${string}`, values);
  }
}
