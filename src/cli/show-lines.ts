import type { EventSource } from "../session/event-source.ts";
import { isNotice, type Notice, type StreamEvent } from "../session/notice.ts";
import { eventJson, jsonValue } from "../tools/event-json.ts";
import { EventText } from "../tools/event-text.ts";
import type { LineTool } from "../tools/line-tool.ts";
import { totalsEvent, totalsText } from "../tools/trace-totals.ts";
import { Output } from "./output.ts";
import { stopWith } from "./stop-with.ts";

/** How often a tool is asked for what is to be told also while nothing comes. */
const TICK_MS = 250;

export interface ShowOptions {
  readonly json?: boolean;
  /** Ends after so many events. */
  readonly count?: number;
  /** Ends after so many milliseconds. */
  readonly duration?: number;
}

/**
 * Prints what a tool makes of a source's events until it ends, enough were shown or somebody says stop, and then
 * what tracing amounted to.
 * @returns the exit status
 */
export async function showLines(
  source: EventSource,
  tool: LineTool,
  options: ShowOptions,
): Promise<number> {
  const output = new Output();
  const begin = performance.now();
  const timer = stopWith(source, options.duration);
  const notice = tool.notice?.bind(tool) ?? (options.json ? noticeJson : noticePrinter());
  const wanted = options.count ?? Number.POSITIVE_INFINITY;
  let shown = 0;
  const print = (event: StreamEvent): string => {
    if (shown === wanted) return "";
    if (isNotice(event)) return notice(event);
    shown++;
    return tool.print(event);
  };
  const tick = (): void => {
    const text = tool.tick?.() ?? "";
    // An output that is gone ends the stream; the totals' way to it then tells why.
    if (text !== "") output.write(text).catch(() => source.stop());
  };
  const ticking = tool.tick && setInterval(tick, TICK_MS);
  try {
    for await (const events of source.batches()) {
      const text = events.map(print).join("");
      if (text !== "") await output.write(text);
      if (shown === wanted) break;
    }
    clearTimeout(timer);
    clearInterval(ticking);
    const end = tool.end?.() ?? "";
    if (end !== "") await output.write(end);
    const totals = {
      tallies: source.tallies(),
      cost: await source.cost(),
      seconds: (source.duration ?? performance.now() - begin) / 1000,
      shown,
    };
    if (options.json) await output.write(`${JSON.stringify(totalsEvent(totals), jsonValue)}\n`);
    else process.stderr.write(`${totalsText(totals)}\n`);
    return 0;
  } finally {
    clearInterval(ticking);
    await source.close();
  }
}

function noticeJson(notice: Notice): string {
  return `${eventJson(notice)}\n`;
}

/** Beside the tool's lines, where people see it and programs do not take it for one of them. */
function noticePrinter(): (notice: Notice) => string {
  const text = new EventText(process.stderr.isTTY === true && !process.env.NO_COLOR);
  return (notice) => {
    process.stderr.write(`${text.line(notice)}\n`);
    return "";
  };
}
