import { isNotice, type StreamEvent } from "../event/notice.ts";
import { MARK_PARTS, type Mark, type MarksView } from "./protocol/playback.ts";

/** The marks of a recording's timeline, as far as it was read. */
export class Marks {
  readonly #first: number;
  readonly #length: number;
  readonly #parts: Readonly<Record<Mark, Set<number>>> = {
    block: new Set(),
    lost: new Set(),
    ended: new Set(),
  };

  constructor(first: number, last: number) {
    this.#first = first;
    this.#length = Math.max(1, last - first);
  }

  see(event: StreamEvent): void {
    const mark = markOf(event);
    if (mark === null) return;
    const part = Math.floor(((event.time - this.#first) / this.#length) * MARK_PARTS);
    this.#parts[mark].add(Math.max(0, Math.min(MARK_PARTS - 1, part)));
  }

  get view(): MarksView {
    const { block, lost, ended } = this.#parts;
    return { block: [...block], lost: [...lost], ended: [...ended] };
  }
}

function markOf(event: StreamEvent): Mark | null {
  if (isNotice(event)) {
    if (event.tracepoint === "corelens:lost") return "lost";
    return event.tracepoint === "corelens:ended" ? "ended" : null;
  }
  return event.tracepoint === "validation:block_connected" ? "block" : null;
}
