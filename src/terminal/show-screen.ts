import { CorelensError } from "../errors.ts";
import { isNotice } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { noticeText } from "../text/event-text.ts";
import { painter } from "../text/paint.ts";
import { frameLines } from "../text/screen/frame.ts";
import type { ScreenTool } from "../text/screen/screen-tool.ts";
import { totalsText } from "../text/trace-totals.ts";
import { Output } from "./output.ts";
import { printNote } from "./print-note.ts";
import { Screen } from "./screen.ts";
import { stopWith } from "./stop-with.ts";
import type { StreamClock } from "./stream-clock.ts";
import { StreamMeter } from "./stream-meter.ts";

export interface ScreenOptions {
  /** The recording; undefined for a node. */
  readonly from?: string;
  /** Maximum time in milliseconds. */
  readonly duration?: number;
}

/** Interval between frames while events arrive; a key redraws at once. */
const FRAME_MS = 200;

/** @throws CorelensError USAGE when standard output is not a terminal */
export function requireScreen(): void {
  if (Screen.isPossible()) return;
  throw new CorelensError(
    "USAGE",
    "standard output is not a terminal",
    "use --json: it prints a snapshot every second",
  );
}

/**
 * Fills the terminal with a tool until the user quits, then prints the totals. The last frame of a recording stays.
 * @returns the exit status
 */
export async function showScreen(
  source: EventSource,
  tool: ScreenTool,
  clock: StreamClock,
  { from, duration }: ScreenOptions,
): Promise<number> {
  const paint = painter(new Output().hasColour);
  const meter = new StreamMeter(source);
  const begin = performance.now();
  let notice: string | null = null;
  let helpTop: number | null = null;
  let isOver = false;
  let totals = "";
  let quit = (): void => {};
  const quitted = new Promise<void>((resolve) => {
    quit = resolve;
  });

  const draw = (): void => {
    const { columns, rows } = screen;
    const stream = { ...meter.state, notice, isOver };
    screen.draw(frameLines(tool, { columns, rows, now: clock.now, paint, stream, helpTop }));
  };
  const screen = new Screen({
    onResize: draw,
    onKey(key) {
      if (key === "ctrl-c") return quit();
      if (key === "ctrl-z") return screen.suspend();
      if (helpTop !== null) helpTop = key === "down" || key === "j" ? helpTop + 1 : null;
      else if (!tool.key(key)) {
        if (key === "q") return quit();
        if (key === "?") helpTop = 0;
      }
      draw();
    },
  });
  const timer = stopWith({ stop: async () => quit() }, duration);
  const frames = setInterval(draw, FRAME_MS);
  void quitted.then(() => source.stop());
  try {
    // Attaching can still fail; the first notice of a tracer is that it is attached.
    if (from !== undefined) screen.open();
    for await (const events of source.batches()) {
      for (const event of events) {
        tool.take(event);
        if (isNotice(event)) notice = noticeText(event);
      }
      const last = events.at(-1);
      if (last === undefined) continue;
      clock.see(last.time);
      screen.open();
    }
    clock.stop();
    isOver = true;
    await quitted;
    const tallies = source.tallies();
    const seconds = (source.duration ?? performance.now() - begin) / 1000;
    totals = totalsText({ tallies, cost: await source.cost(), seconds });
  } finally {
    clearTimeout(timer);
    clearInterval(frames);
    meter.close();
    screen.close();
    await source.close();
  }
  printNote(`${totals}\n`);
  return 0;
}
