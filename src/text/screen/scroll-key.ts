import type { Key } from "./screen-tool.ts";

const ROWS: Readonly<Record<Key, number>> = {
  ...{ up: -1, k: -1, down: 1, j: 1 },
  ...{ home: Number.NEGATIVE_INFINITY, g: Number.NEGATIVE_INFINITY },
  ...{ end: Number.POSITIVE_INFINITY, G: Number.POSITIVE_INFINITY },
};

/** By how many rows a key scrolls; null for a key that does not. */
export function scrolledRows(key: Key, page: number): number | null {
  if (key === "pageup") return -page;
  if (key === "pagedown") return page;
  return Object.hasOwn(ROWS, key) ? ROWS[key]! : null;
}
