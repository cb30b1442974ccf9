import { fill } from "../text/fill.ts";

/** The part of a command's help below its options. */
export interface HelpText {
  /** Paragraphs; they are broken to the width of the terminal. */
  readonly notes?: readonly string[];
  /** Command lines. */
  readonly examples: readonly string[];
}

/** For `addHelpText("after", …)`. */
export function helpText({ notes = [], examples }: HelpText): () => string {
  return () => {
    const width = process.stdout.columns ?? 80;
    const paragraphs = notes.map((note) => `\n${fill(note.split(" "), width).join("\n")}\n`);
    const lines = examples.map((example) => `  $ ${example}\n`);
    return `${paragraphs.join("")}\nExamples:\n${lines.join("")}`;
  };
}
