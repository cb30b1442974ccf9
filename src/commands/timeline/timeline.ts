import type { RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { ChainWatch } from "../../model/chain/chain-watch.ts";
import { type Reorganisation, reorganisationText } from "../../model/chain/reorganisation.ts";
import { reorganisationJson } from "../../terminal/reorganisation-lines.ts";
import type { LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { BlockWatch } from "./block-watch.ts";
import { type Missing, missingParts } from "./missing.ts";
import type { BlockStory } from "./story.ts";
import { storyJson } from "./story-json.ts";
import { storyLines } from "./story-text.ts";
import { StorySummary } from "./summary.ts";

/** Which blocks are told of. */
export type BlockChoice =
  | { readonly kind: "all" }
  | { readonly kind: "summary" }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "hash"; readonly hash: string }
  /** The first one of that height. */
  | { readonly kind: "height"; readonly height: number };

/** How what is told is written. */
export interface TimelineFormat {
  story(story: BlockStory): string;
  missing(missing: Missing): string;
  summary(summary: StorySummary): string;
  nothing(text: string): string;
  reorganisation(reorganisation: Reorganisation): string;
}

export function timelineText(paint: Paint): TimelineFormat {
  return {
    story: (story) => `${storyLines(story, paint).join("\n")}\n\n`,
    missing: ({ parts, why }) => `${paint("warning", `not told: ${parts}`)}: ${why}\n`,
    summary: (summary) => `${summary.lines(paint).join("\n")}\n`,
    nothing: (text) => `${text}\n`,
    reorganisation: (each) => `${paint("warning", reorganisationText(each))}\n\n`,
  };
}

export const TIMELINE_JSON: TimelineFormat = {
  story: (story) => line("block", storyJson(story)),
  missing: ({ parts, why }) => line("missing", { parts, why }),
  summary: (summary) => line("summary", summary.json()),
  nothing: () => "",
  reorganisation: (each) => line("reorganisation", reorganisationJson(each)),
};

/** Tells each block's story when it is complete. */
export class Timeline implements LineTool {
  readonly #watch = new BlockWatch();
  readonly #chain = new ChainWatch();
  readonly #summary = new StorySummary();
  readonly #source: EventSource;
  readonly #choice: BlockChoice;
  readonly #format: TimelineFormat;
  readonly #asked: readonly string[];
  #kept: BlockStory[] = [];
  #told = 0;
  #saysMissing = true;

  /** @param asked the tracepoints that were asked for; the source may lack some */
  constructor(
    source: EventSource,
    asked: readonly string[],
    choice: BlockChoice,
    format: TimelineFormat,
  ) {
    this.#asked = asked;
    this.#source = source;
    this.#choice = choice;
    this.#format = format;
  }

  get isDone(): boolean {
    return this.#told > 0 && (this.#choice.kind === "hash" || this.#choice.kind === "height");
  }

  print(event: RawEvent): string {
    return this.#reorganised(this.#chain.see(event)) + this.#tell(this.#watch.add(event));
  }

  observe(notice: Notice): void {
    this.#chain.see(notice);
  }

  tick(now: number): string {
    return this.#reorganised(this.#chain.advance(now)) + this.#tell(this.#watch.tick(now));
  }

  end(): string {
    const choice = this.#choice;
    let text = this.#reorganised(this.#chain.rest());
    if (!this.isDone) text += this.#tell(this.#watch.rest());
    if (choice.kind === "hash" && this.#told === 0) {
      text += this.#write(this.#watch.unconnected(choice.hash));
    }
    text += this.#write(this.#kept);
    if (choice.kind === "summary")
      return `${text}${this.#missing()}${this.#format.summary(this.#summary)}`;
    if (this.#told > 0) return text;
    return text + this.#missing() + this.#format.nothing(NOTHING[choice.kind]);
  }

  #tell(stories: readonly BlockStory[]): string {
    const choice = this.#choice;
    switch (choice.kind) {
      case "all":
        return this.#write(stories);
      case "last":
        this.#kept = [...this.#kept, ...stories].slice(-choice.count);
        return "";
      case "summary":
        for (const story of stories) this.#summary.add(story);
        return "";
      case "hash":
        return this.#write(stories.filter(({ hash }) => hash === choice.hash));
      case "height": {
        const isIt = ({ connection }: BlockStory) => connection?.height === choice.height;
        return this.isDone ? "" : this.#write(stories.filter(isIt).slice(0, 1));
      }
    }
  }

  #reorganised(reorganisations: readonly Reorganisation[]): string {
    const { kind } = this.#choice;
    if (kind === "hash" || kind === "height") return "";
    return reorganisations.map((each) => this.#format.reorganisation(each)).join("");
  }

  #write(stories: readonly BlockStory[]): string {
    if (stories.length === 0) return "";
    this.#told += stories.length;
    return this.#missing() + stories.map((story) => this.#format.story(story)).join("");
  }

  /** Once, and not before the kinds of events are known. */
  #missing(): string {
    if (!this.#saysMissing) return "";
    this.#saysMissing = false;
    const isRecorded = this.#source.duration !== undefined;
    return missingParts(this.#asked, this.#source.kinds, isRecorded)
      .map((missing) => this.#format.missing(missing))
      .join("");
  }
}

const NOTHING = {
  all: "no block was connected",
  last: "no block was connected",
  summary: "",
  hash: "nothing was seen of this block",
  height: "no block of this height was connected",
} as const satisfies Record<BlockChoice["kind"], string>;

function line(kind: string, values: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ kind, ...values })}\n`;
}
