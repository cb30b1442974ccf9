import type { Paint } from "./paint.ts";

/**
 * Rows under headings, as lines with their line feeds:
 *
 *     MSG_TYPE   IN  IN BYTES
 *     inv       412     25014
 *
 * @param texts number of leading text columns, or for each column whether it is one; the others are numbers, aligned right
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { texts = 1, paint }: { readonly texts?: number | readonly boolean[]; readonly paint: Paint },
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]!.length)),
  );
  const isText = (i: number): boolean => (typeof texts === "number" ? i < texts : texts[i]!);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [paint("faint", line(headings)), ...rows.map(line)].map((each) => `${each}\n`).join("");
}
