import { InPlace } from "./in-place.ts";

/** Minimum interval between changes, in ms. */
const REST = 100;

/** A line at the bottom of a terminal; prints nothing when standard error is not a terminal. */
export class StatusLine {
  readonly #inPlace = process.stderr.isTTY ? new InPlace(process.stderr) : null;
  #isShown = false;
  #shownAt = Number.NEGATIVE_INFINITY;

  /** Call this before printing anything else. */
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
