import { InPlace } from "./in-place.ts";

/** How often it changes at most, in ms. */
const REST = 100;

/** A line on a terminal that stays below those that scroll by; nothing where standard error is no terminal. */
export class StatusLine {
  readonly #inPlace = process.stderr.isTTY ? new InPlace(process.stderr) : null;
  #isShown = false;
  #shownAt = Number.NEGATIVE_INFINITY;

  /** To be called before anything else is printed. */
  clear(): void {
    this.#inPlace?.erase();
    this.#isShown = false;
  }

  show(text: string): void {
    const now = performance.now();
    if (this.#isShown && now - this.#shownAt < REST) return;
    this.#inPlace?.draw([text]);
    this.#isShown = true;
    this.#shownAt = now;
  }
}
