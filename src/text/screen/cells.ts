import { printable } from "../printable.ts";

/**
 * Text from peers as printable ASCII, one column per character: no control characters, and no characters whose width
 * differs between terminals.
 */
export function plain(text: string): string {
  return printable(text).replace(/[^\x20-\x7e]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}

/** A text without colour codes, truncated to `columns`; a truncated text ends in `…`. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return columns < 1 ? "" : `${text.slice(0, columns - 1)}…`;
}

/** Like `cut`, but truncates the middle and keeps the end: `203.0.113.7:8333` becomes `2…7:8333`. */
export function cutMiddle(text: string, columns: number): string {
  if (text.length <= columns) return text;
  if (columns < 3) return cut(text, columns);
  const end = Math.floor((columns - 1) / 2);
  return `${text.slice(0, columns - 1 - end)}…${text.slice(text.length - end)}`;
}

export function left(text: string, columns: number): string {
  return cut(text, columns).padEnd(columns);
}

export function right(text: string, columns: number): string {
  return cut(text, columns).padStart(columns);
}

/** Joins the first pieces that fit in full, with two spaces between them. */
export function fitting(pieces: readonly string[], columns: number): string {
  let text = "";
  for (const piece of pieces) {
    const longer = text === "" ? piece : `${text}  ${piece}`;
    if (longer.length > columns) break;
    text = longer;
  }
  return text;
}
