import type { RawEvent } from "../../event/event.ts";
import { jsonLine } from "../../event/json.ts";
import type { Notice } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { blockDocument } from "../../model/blocks/block-document.ts";
import type { BlockLife } from "../../model/blocks/block-life.ts";
import { BlockLives } from "../../model/blocks/block-lives.ts";
import { BlockSummary } from "../../model/blocks/block-summary.ts";
import { Causes } from "../../model/causes/causes.ts";
import { ChainWatch } from "../../model/chain/chain-watch.ts";
import { type Reorganisation, reorganisationText } from "../../model/chain/reorganisation.ts";
import { blockJson, blockLines } from "../../terminal/block-lines.ts";
import { reorganisationJson } from "../../terminal/reorganisation-lines.ts";
import type { LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { type Missing, missingSteps } from "./missing.ts";
import { summaryJson, summaryLines } from "./summary-text.ts";

/** Which blocks are shown. */
export type BlockChoice =
  | { readonly kind: "all" }
  | { readonly kind: "summary" }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "hash"; readonly hash: string }
  /** The first one of that height. */
  | { readonly kind: "height"; readonly height: number };

/** How each part of the output is written. */
export interface TimelineFormat {
  block(life: BlockLife): string;
  missing(missing: Missing): string;
  summary(summary: BlockSummary): string;
  nothing(text: string): string;
  reorganisation(reorganisation: Reorganisation): string;
}

export function timelineText(paint: Paint): TimelineFormat {
  return {
    block: (life) => `${blockLines(blockDocument(life, 0), paint).join("\n")}\n\n`,
    missing: ({ steps, guessed, why }) =>
      `${paint("warning", `${guessed ? "guessed" : "not available"}: ${steps}`)} (${why})\n`,
    summary: (summary) => `${summaryLines(summary, paint).join("\n")}\n`,
    nothing: (text) => `${text}\n`,
    reorganisation: (each) => `${paint("warning", reorganisationText(each))}\n\n`,
  };
}

export const TIMELINE_JSON: TimelineFormat = {
  block: (life) => {
    return jsonLine("corelens:block", blockJson(blockDocument(life, Number.POSITIVE_INFINITY)));
  },
  missing: (missing) => jsonLine("corelens:missing", { ...missing }),
  summary: (summary) => jsonLine("corelens:summary", summaryJson(summary)),
  nothing: () => "",
  reorganisation: (each) => jsonLine("corelens:reorganisation", reorganisationJson(each)),
};

/** Prints each block's life when it is complete. */
export class Timeline implements LineTool {
  readonly #chain = new ChainWatch();
  readonly #causes = new Causes();
  readonly #lives = new BlockLives(this.#chain, this.#causes);
  readonly #summary = new BlockSummary();
  readonly #source: EventSource;
  readonly #choice: BlockChoice;
  readonly #format: TimelineFormat;
  readonly #wanted: readonly string[];
  #last: BlockLife[] = [];
  #shown = 0;
  #hasShownMissing = false;

  /** @param wanted the requested tracepoints; the source may lack some */
  constructor(
    source: EventSource,
    wanted: readonly string[],
    choice: BlockChoice,
    format: TimelineFormat,
  ) {
    this.#wanted = wanted;
    this.#source = source;
    this.#choice = choice;
    this.#format = format;
  }

  get isDone(): boolean {
    return this.#shown > 0 && (this.#choice.kind === "hash" || this.#choice.kind === "height");
  }

  print(event: RawEvent): string {
    this.#causes.see(event);
    return this.#reorganised(this.#chain.see(event)) + this.#completed(this.#lives.see(event));
  }

  observe(notice: Notice): void {
    this.#causes.see(notice);
    this.#chain.see(notice);
  }

  tick(now: number): string {
    return this.#reorganised(this.#chain.advance(now)) + this.#completed(this.#lives.advance(now));
  }

  end(): string {
    const choice = this.#choice;
    let text = this.#reorganised(this.#chain.rest());
    if (!this.isDone) text += this.#completed(this.#lives.rest());
    if (choice.kind === "hash" && this.#shown === 0) {
      text += this.#write(this.#lives.unconnected(choice.hash));
    }
    text += this.#write(this.#last);
    if (choice.kind === "summary")
      return `${text}${this.#missing()}${this.#format.summary(this.#summary)}`;
    if (this.#shown > 0) return text;
    return text + this.#missing() + this.#format.nothing(NOTHING[choice.kind]);
  }

  #completed(lives: readonly BlockLife[]): string {
    const choice = this.#choice;
    switch (choice.kind) {
      case "all":
        return this.#write(lives);
      case "last":
        this.#last = [...this.#last, ...lives].slice(-choice.count);
        return "";
      case "summary":
        for (const life of lives) this.#summary.add(life);
        return "";
      case "hash":
        return this.#write(lives.filter(({ hash }) => hash === choice.hash));
      case "height": {
        if (this.isDone) return "";
        return this.#write(lives.filter(({ height }) => height === choice.height).slice(0, 1));
      }
    }
  }

  #reorganised(reorganisations: readonly Reorganisation[]): string {
    const { kind } = this.#choice;
    if (kind === "hash" || kind === "height") return "";
    return reorganisations.map((each) => this.#format.reorganisation(each)).join("");
  }

  #write(lives: readonly BlockLife[]): string {
    if (lives.length === 0) return "";
    this.#shown += lives.length;
    return this.#missing() + lives.map((life) => this.#format.block(life)).join("");
  }

  /** Returns the text once, as soon as the kinds of events are known. */
  #missing(): string {
    if (this.#hasShownMissing) return "";
    this.#hasShownMissing = true;
    const isRecorded = this.#source.duration !== undefined;
    return missingSteps(this.#wanted, this.#source.kinds, isRecorded)
      .map((missing) => this.#format.missing(missing))
      .join("");
  }
}

const NOTHING = {
  all: "no block was connected",
  last: "no block was connected",
  summary: "",
  hash: "this block was not seen",
  height: "no block of this height was connected",
} as const satisfies Record<BlockChoice["kind"], string>;
