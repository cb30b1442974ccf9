import { eventJson } from "../event/json.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { EventText } from "../text/event-text.ts";
import { painter } from "../text/paint.ts";
import { Output } from "./output.ts";
import { type Lines, ReorganisationLines } from "./reorganisation-lines.ts";
import { type ShowOptions, showLines } from "./show-lines.ts";

/**
 * Prints a source's events, one per line.
 * @returns the exit status
 */
export function showEvents(source: EventSource, options: ShowOptions): Promise<number> {
  const lines = options.json ? eventJsonLines() : eventTextLines(source);
  const style = { json: options.json === true, paint: painter(new Output().hasColour) };
  return showLines(source, new ReorganisationLines(lines, style), options);
}

function eventJsonLines(): Lines {
  const line = (event: StreamEvent): string => `${eventJson(event)}\n`;
  return { print: line, notice: line };
}

function eventTextLines(source: EventSource): Lines {
  const output = new Output();
  const text = new EventText(output.hasColour, output.isTerminal ? output.columns : null);
  let known = 0;
  const line = (event: StreamEvent): string => {
    if (source.kinds.length > known) {
      text.learn(source.kinds);
      known = source.kinds.length;
    }
    return `${text.line(event)}\n`;
  };
  return { print: line, notice: line, indent: text.indent };
}
