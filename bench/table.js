/** Plain text for people. */

/**
 * @typedef {string | number | null | undefined} Cell numbers are rounded to three digits; null is a dash
 */

/**
 * @param {readonly string[]} headings
 * @param {readonly (readonly Cell[])[]} rows the first column is aligned to the left, the others to the right
 * @returns {string}
 */
export function table(headings, rows) {
  const lines = [headings, ...rows.map((row) => row.map(cellText))];
  const widths = headings.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines
    .map((line) =>
      line
        .map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i])))
        .join("  "),
    )
    .join("\n");
}

/** @param {Cell} cell */
function cellText(cell) {
  if (cell === null || cell === undefined) return "–";
  return typeof cell === "number" ? shown(cell) : cell;
}

/** @param {number} value */
export function shown(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 100)
    return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
