import type { Key } from "./screen-tool.ts";

/**
 * A window on a log that grows and forgets: it follows the end until somebody scrolls back, and then stays with what
 * it was at that moment.
 */
export class Follow<Item> {
  /** All of the log that was kept when somebody scrolled back; null while it follows. */
  #frozen: readonly Item[] | null = null;
  #items: readonly Item[] = [];
  #bottom = 0;
  #rows = 1;

  get isFollowing(): boolean {
    return this.#frozen === null;
  }

  /**
   * What is shown in so many rows: the items from `from` to the one before `to`.
   * @param items all that are kept now, the oldest first
   */
  window(
    items: readonly Item[],
    rows: number,
  ): { readonly items: readonly Item[]; readonly from: number; readonly to: number } {
    this.#items = this.#frozen ?? items;
    this.#rows = rows;
    const { length } = this.#items;
    const to = this.#frozen ? Math.min(length, Math.max(this.#bottom, rows)) : length;
    return { items: this.#items, from: Math.max(0, to - rows), to };
  }

  follow(): void {
    this.#frozen = null;
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
    const { length } = this.#items;
    const before = this.#frozen ? this.#bottom : length;
    this.#bottom = Math.max(Math.min(this.#rows, length), before + lines);
    this.#frozen = this.#bottom >= length ? null : this.#items;
    return true;
  }
}
