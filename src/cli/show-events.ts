import type { EventSource } from "../session/event-source.ts";
import type { StreamEvent } from "../session/notice.ts";
import { eventJson } from "../tools/event-json.ts";
import { EventText } from "../tools/event-text.ts";
import type { LineTool } from "../tools/line-tool.ts";
import { Output } from "./output.ts";
import { type ShowOptions, showLines } from "./show-lines.ts";

/**
 * Prints a source's events as they are.
 * @returns the exit status
 */
export function showEvents(source: EventSource, options: ShowOptions): Promise<number> {
  return showLines(source, options.json ? eventJsonLines() : eventTextLines(source), options);
}

function eventJsonLines(): LineTool {
  const line = (event: StreamEvent): string => `${eventJson(event)}\n`;
  return { print: line, notice: line };
}

function eventTextLines(source: EventSource): LineTool {
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
