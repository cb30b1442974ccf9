import type { Output } from "./output.ts";

const HOME = "\x1b[H";
const CLEAR_TO_END_OF_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CLEAR_ALL = "\x1b[2J";

/** Lines that are shown again and again: in place on a terminal, below each other elsewhere. */
export class Screen {
  readonly #output: Output;
  readonly #isText: boolean;
  #isClear = false;

  /** @param isText false for lines of JSON, which are kept as they are, even on a terminal */
  constructor(output: Output, isText: boolean) {
    this.#output = output;
    this.#isText = isText;
  }

  /** @throws CorelensError OUTPUT_GONE */
  show(lines: readonly string[]): Promise<void> {
    if (!this.#isText) return this.#output.write(`${lines.join("\n")}\n`);
    if (!this.#output.isTerminal) return this.#output.write(`${lines.join("\n")}\n\n`);
    const begin = this.#isClear ? HOME : CLEAR_ALL + HOME;
    this.#isClear = true;
    // One write, and no clearing before it: nothing flickers. The last line is the cursor's.
    const shown = lines.slice(0, this.#output.rows - 1);
    const text = shown.map((line) => `${line}${CLEAR_TO_END_OF_LINE}\n`).join("");
    return this.#output.write(`${begin}${text}${CLEAR_BELOW}`);
  }
}
