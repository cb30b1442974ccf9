import type { EventSource } from "../session/event-source.ts";
import { isNotice, type StreamEvent } from "../session/notice.ts";
import { eventJson, jsonValue } from "../tools/event-json.ts";
import { EventText } from "../tools/event-text.ts";
import { totalsEvent, totalsText } from "../tools/trace-totals.ts";

import { Output } from "./output.ts";

export interface ShowOptions {
  readonly json?: boolean;
  /** Ends after so many events. */
  readonly count?: number;
  /** Ends after so many milliseconds. */
  readonly duration?: number;
}

/**
 * Prints a source's events until it ends, enough were shown or somebody says stop, and then what it amounted to.
 * @returns the exit status
 */
export async function showEvents(source: EventSource, options: ShowOptions): Promise<number> {
  const output = new Output();
  const print = options.json ? jsonPrinter() : textPrinter(source, output.hasColour);
  const begin = performance.now();
  const stop = (): void => void source.stop();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const timer = options.duration === undefined ? undefined : setTimeout(stop, options.duration);
  const wanted = options.count ?? Number.POSITIVE_INFINITY;
  let shown = 0;
  try {
    for await (const batch of source.batches()) {
      const events = firstEvents(batch, wanted - shown);
      shown += events.filter((event) => !isNotice(event)).length;
      if (events.length > 0) await output.write(print(events));
      if (shown === wanted) break;
    }
    clearTimeout(timer);
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
    await source.close();
  }
}

/** The batch up to the last event that is still wanted; notices do not count. */
function firstEvents(batch: readonly StreamEvent[], most: number): readonly StreamEvent[] {
  if (batch.length <= most) return batch;
  let seen = 0;
  const end = batch.findIndex((event) => !isNotice(event) && ++seen > most);
  return end < 0 ? batch : batch.slice(0, end);
}

type Printer = (events: readonly StreamEvent[]) => string;

function jsonPrinter(): Printer {
  return (events) => events.map((event) => `${eventJson(event)}\n`).join("");
}

function textPrinter(source: EventSource, colour: boolean): Printer {
  const text = new EventText(colour);
  let known = 0;
  return (events) => {
    if (source.kinds.length > known) {
      text.learn(source.kinds);
      known = source.kinds.length;
    }
    return events.map((event) => `${text.line(event)}\n`).join("");
  };
}
