import { printable } from "../event-text.ts";

/**
 * Text of strangers as one column a character: nothing that a terminal acts upon, and nothing of which terminals
 * differ in how wide it is.
 */
export function plain(text: string): string {
  return printable(text).replace(/[^\x20-\x7e]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}

/** At most so many columns of a text without colours; what does not fit ends in `…`. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return columns < 1 ? "" : `${text.slice(0, columns - 1)}…`;
}

/** The same, but its end is what matters: `203.0.113.7:8333` becomes `2…7:8333`. */
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

/** As many of the pieces as fit as a whole, two spaces between them. */
export function fitting(pieces: readonly string[], columns: number): string {
  let text = "";
  for (const piece of pieces) {
    const longer = text === "" ? piece : `${text}  ${piece}`;
    if (longer.length > columns) break;
    text = longer;
  }
  return text;
}
