import { isNotice, type StreamEvent } from "../event/notice.ts";
import { MARK_PARTS, MARKS, type Mark, type MarksView } from "./protocol/playback.ts";

/** Seconds that have a mark, of one kind: blocks of a year. */
const MAX_SECONDS = 50_000;

/** The marks of a recording's timeline, as far as it was read. */
export class Marks {
  readonly #seconds: Readonly<Record<Mark, Set<number>>> = {
    block: new Set(),
    lost: new Set(),
    ended: new Set(),
  };

  see(event: StreamEvent): void {
    const mark = markOf(event);
    if (mark === null) return;
    const seconds = this.#seconds[mark];
    if (seconds.size < MAX_SECONDS) seconds.add(Math.floor(event.time / 1000));
  }

  /** @param last times of the recording's first and last event, in ms since the epoch */
  view(first: number, last: number): MarksView {
    const length = Math.max(1, last - first);
    const partOf = (second: number): number => {
      const part = Math.floor(((second * 1000 - first) / length) * MARK_PARTS);
      return Math.max(0, Math.min(MARK_PARTS - 1, part));
    };
    const parts = MARKS.map((mark) => [mark, [...new Set([...this.#seconds[mark]].map(partOf))]]);
    return Object.fromEntries(parts);
  }
}

function markOf(event: StreamEvent): Mark | null {
  if (isNotice(event)) {
    if (event.tracepoint === "corelens:lost") return "lost";
    return event.tracepoint === "corelens:ended" ? "ended" : null;
  }
  return event.tracepoint === "validation:block_connected" ? "block" : null;
}
