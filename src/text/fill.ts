import { stripVTControlCharacters } from "node:util";

/**
 * Joins pieces with spaces into lines of at most `width` columns. A wider piece has its own line. Colour codes have no
 * width.
 */
export function fill(pieces: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let room = 0;
  for (const piece of pieces) {
    const columns = stripVTControlCharacters(piece).length;
    if (lines.length > 0 && columns + 1 <= room) {
      lines.push(`${lines.pop()} ${piece}`);
      room -= columns + 1;
    } else {
      lines.push(piece);
      room = width - columns;
    }
  }
  return lines;
}

/** Text after `head`, with further lines indented by its width. */
export function hang(head: string, pieces: readonly string[], width: number): string[] {
  const indent = stripVTControlCharacters(head).length;
  const [first = "", ...others] = fill(pieces, width - indent);
  return [`${head}${first}`.trimEnd(), ...others.map((line) => " ".repeat(indent) + line)];
}
