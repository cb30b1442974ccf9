import type { RawEvent } from "../event/event.ts";
import { isoTime, jsonLine } from "../event/json.ts";
import type { Notice } from "../event/notice.ts";
import { ChainWatch } from "../model/chain/chain-watch.ts";
import { type Reorganisation, reorganisationText } from "../model/chain/reorganisation.ts";
import { clockTime } from "../text/event-text.ts";
import type { LineStyle, LineTool } from "../text/line-tool.ts";

/** The members of a reorganisation's JSON. */
export function reorganisationJson({
  time,
  tip,
  ...rest
}: Reorganisation): Record<string, unknown> {
  return { time: isoTime(time), ...rest, tip_height: tip.height, tip_hash: tip.hash };
}

/** Lines of events and notices. */
export type Lines = Required<Pick<LineTool, "print" | "notice">> & Pick<LineTool, "indent">;

/** A tool's lines, with a line for each reorganisation in its events, as soon as it is complete. */
export class ReorganisationLines implements LineTool {
  readonly #chain = new ChainWatch();
  readonly #tool: Lines;
  readonly #style: LineStyle;

  constructor(tool: Lines, style: LineStyle) {
    this.#tool = tool;
    this.#style = style;
  }

  get indent(): number | undefined {
    return this.#tool.indent;
  }

  print(event: RawEvent): string {
    return this.#lines(this.#chain.see(event)) + this.#tool.print(event);
  }

  notice(notice: Notice): string {
    return this.#lines(this.#chain.see(notice)) + this.#tool.notice(notice);
  }

  tick(now: number): string {
    return this.#lines(this.#chain.advance(now));
  }

  end(): string {
    return this.#lines(this.#chain.rest());
  }

  #lines(reorganisations: readonly Reorganisation[]): string {
    return reorganisations.map((each) => this.#line(each)).join("");
  }

  #line(reorganisation: Reorganisation): string {
    const { json, paint } = this.#style;
    if (json) {
      return jsonLine("corelens:reorganisation", reorganisationJson(reorganisation));
    }
    const time = paint("faint", clockTime(reorganisation.time));
    return `${time}  ${paint("warning", reorganisationText(reorganisation))}\n`;
  }
}
