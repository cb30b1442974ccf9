import type { Key } from "./screen-tool.ts";
import { scrolledRows } from "./scroll-key.ts";

/**
 * A window on a bounded log. It follows the end until the user scrolls back; then it shows the log as it was at that
 * moment.
 */
export class Follow<Item> {
  /** The log at the moment when the user scrolled back; null while following. */
  #frozen: readonly Item[] | null = null;
  #items: readonly Item[] = [];
  #bottom = 0;
  #rows = 1;

  get isFollowing(): boolean {
    return this.#frozen === null;
  }

  /**
   * The items to show in `rows` rows: from index `from` up to, but not including, `to`.
   * @param items the current log, oldest first
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
    const lines = key === " " ? page : scrolledRows(key, page);
    return lines !== null && this.#move(lines);
  }

  #move(lines: number): true {
    const { length } = this.#items;
    const before = this.#frozen ? this.#bottom : length;
    this.#bottom = Math.max(Math.min(this.#rows, length), before + lines);
    this.#frozen = this.#bottom >= length ? null : this.#items;
    return true;
  }
}
