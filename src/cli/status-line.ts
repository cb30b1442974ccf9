/** How often it changes at most, in ms. */
const REST = 100;
const CLEAR = "\r\x1b[K";

/** A line on a terminal that stays below those that scroll by; nothing where standard error is no terminal. */
export class StatusLine {
  readonly #stream = process.stderr;
  #isShown = false;
  #shownAt = Number.NEGATIVE_INFINITY;

  /** To be called before anything else is printed. */
  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR);
    this.#isShown = false;
  }

  show(text: string): void {
    const now = performance.now();
    if (!this.#stream.isTTY || (this.#isShown && now - this.#shownAt < REST)) return;
    this.#stream.write(`${CLEAR}${text.slice(0, this.#stream.columns - 1)}`);
    this.#isShown = true;
    this.#shownAt = now;
  }
}
