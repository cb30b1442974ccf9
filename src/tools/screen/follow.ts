import type { Key } from "../screen-tool.ts";

/** A window on a growing log: it follows the end until somebody scrolls back. Lines are counted from the first on. */
export class Follow {
  /** The line below the last that is shown; null at the end. */
  #bottom: number | null = null;
  #begin = 0;
  #end = 0;
  #rows = 1;

  get isFollowing(): boolean {
    return this.#bottom === null;
  }

  /** What is shown of the lines from `begin` to the one before `end`, in so many rows. */
  window(begin: number, end: number, rows: number): { from: number; to: number } {
    this.#begin = begin;
    this.#end = end;
    this.#rows = rows;
    const to = Math.min(end, Math.max(this.#bottom ?? end, begin + rows));
    return { from: Math.max(begin, to - rows), to };
  }

  follow(): void {
    this.#bottom = null;
  }

  key(key: Key): boolean {
    const page = Math.max(1, this.#rows - 1);
    switch (key) {
      case "up":
      case "k":
        return this.#move(-1);
      case "down":
      case "j":
        return this.#move(1);
      case "pageup":
        return this.#move(-page);
      case "pagedown":
      case " ":
        return this.#move(page);
      case "home":
      case "g":
        return this.#move(Number.NEGATIVE_INFINITY);
      case "end":
      case "G":
        return this.#move(Number.POSITIVE_INFINITY);
    }
    return false;
  }

  #move(lines: number): true {
    const least = Math.min(this.#begin + this.#rows, this.#end);
    const bottom = Math.max(least, (this.#bottom ?? this.#end) + lines);
    this.#bottom = bottom >= this.#end ? null : bottom;
    return true;
  }
}
