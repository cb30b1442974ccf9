import { stripVTControlCharacters } from "node:util";

/**
 * Lines of at most `width` columns, each with as many of the pieces as fit, a space between them. A piece that is
 * wider gets a line of its own. Colours take no room.
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

/** Text behind `head`, its further lines below its first: `head` takes part of the width. */
export function hang(head: string, pieces: readonly string[], width: number): string[] {
  const indent = stripVTControlCharacters(head).length;
  const [first = "", ...others] = fill(pieces, width - indent);
  return [`${head}${first}`.trimEnd(), ...others.map((line) => " ".repeat(indent) + line)];
}
