import { eventJson } from "../event/json.ts";
import { isNotice, type Notice, type StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { EventText } from "../text/event-text.ts";
import type { LineTool } from "../text/line-tool.ts";
import { totalsJson, totalsText } from "../text/trace-totals.ts";
import { firstJsonLine } from "./json-stream.ts";
import { Output } from "./output.ts";
import { printNote } from "./print-note.ts";
import { StatusLine } from "./status-line.ts";
import { stopWith } from "./stop-with.ts";
import { StreamClock, type StreamOrigin } from "./stream-clock.ts";

/** Interval of a tool's ticks, in milliseconds. */
const TICK_MS = 250;

export interface ShowOptions extends StreamOrigin {
  readonly json?: boolean;
  /** Maximum number of events. */
  readonly count?: number;
  /** Maximum time in milliseconds. */
  readonly duration?: number;
}

const PIECE_LENGTH = 1 << 20;

/**
 * Prints a tool's lines until the source ends, a limit is reached or a signal arrives; then prints the totals.
 * @returns the exit status
 */
export async function showLines(
  source: EventSource,
  tool: LineTool,
  options: ShowOptions,
): Promise<number> {
  const output = new Output();
  const status = new StatusLine();
  const begin = performance.now();
  const clock = new StreamClock(options);
  const timer = stopWith(source, options.duration);
  const notice =
    tool.notice?.bind(tool) ?? (options.json ? noticeJson : noticePrinter(() => status.clear()));
  const wanted = options.count ?? Number.POSITIVE_INFINITY;
  let shown = 0;
  const isEnough = (): boolean => shown === wanted || tool.isDone === true;
  const print = (event: StreamEvent): string => {
    if (isEnough()) return "";
    if (isNotice(event)) {
      tool.observe?.(event);
      return notice(event);
    }
    shown++;
    return tool.print(event);
  };
  const write = async (text: string): Promise<void> => {
    if (text !== "") {
      status.clear();
      await (options.json ? output.write(text) : output.writeLines(text, tool.indent));
    }
    const line = tool.status?.() ?? "";
    if (line !== "") status.show(line);
  };
  const ticker = new Ticker(source, tool, clock, write);
  try {
    if (options.json) await output.write(firstJsonLine());
    for await (const events of source.batches()) {
      for (const text of inPieces(events, print)) await write(text);
      const last = events.at(-1);
      if (last) clock.see(last.time);
      await tool.settle?.();
      if (isEnough()) break;
    }
    clearTimeout(timer);
    ticker.stop();
    status.clear();
    const end = tool.end?.() ?? "";
    if (end !== "") await (options.json ? output.write(end) : output.writeLines(end));
    const totals = {
      tallies: source.tallies(),
      cost: await source.cost(),
      hits: source.hits,
      seconds: (source.duration ?? performance.now() - begin) / 1000,
      shown,
    };
    if (options.json) await output.write(totalsJson(totals));
    else printNote(`${totalsText(totals)}\n`);
    return 0;
  } finally {
    ticker.stop();
    await source.close();
  }
}

/** A batch with payloads can exceed the maximum length of a string. */
function* inPieces(
  events: readonly StreamEvent[],
  print: (event: StreamEvent) => string,
): Generator<string> {
  let text = "";
  for (const event of events) {
    text += print(event);
    if (text.length < PIECE_LENGTH) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

/** Calls a tool's `tick` while no events arrive. */
class Ticker {
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(
    source: EventSource,
    tool: LineTool,
    clock: StreamClock,
    write: (text: string) => Promise<void>,
  ) {
    if (!tool.tick) return;
    this.#timer = setInterval(() => {
      if (!clock.isRunning) return;
      // A failed write ends the stream; the next write throws its error.
      write(tool.tick!(clock.now)).catch(() => void source.stop());
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function noticeJson(notice: Notice): string {
  return `${eventJson(notice)}\n`;
}

/** Prints on standard error, so that programs do not read it as a line of the tool. */
function noticePrinter(clear: () => void): (notice: Notice) => string {
  const text = new EventText(process.stderr.isTTY === true && !process.env.NO_COLOR);
  return (notice) => {
    clear();
    printNote(`${text.line(notice)}\n`);
    return "";
  };
}
