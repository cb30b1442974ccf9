/** Lines on a terminal that are replaced by the next ones. */
export class InPlace {
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Draws the lines that fit on the terminal; longer lines are truncated. */
  draw(lines: readonly string[]): void {
    const { rows = 24 } = this.#stream;
    const shown = lines.slice(0, rows - 1);
    // Without wrapping a line takes one row, whatever its length.
    this.#stream.write(`${NO_WRAP}${this.#erasure()}${shown.join("\n")}\n${WRAP}`);
    this.#drawn = shown.length;
  }

  /** Erases the lines. */
  erase(): void {
    this.#stream.write(this.#erasure());
    this.#drawn = 0;
  }

  #erasure(): string {
    return this.#drawn > 0 ? `\x1b[${this.#drawn}F\x1b[J` : "";
  }
}

const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";
