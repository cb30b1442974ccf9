import { stripVTControlCharacters } from "node:util";

/**
 * Wraps long lines for a terminal, between words.
 *
 *     07:33:08.703622  mempool:added  txid=bbfb…1f74
 *                      vsize=141 vB fee=1,410 sat  b-msghand
 *
 * Only spaces are dropped. Colour codes have no width. A word that is wider than the terminal is not broken.
 *
 * @param indent of further rows; chosen for each line when undefined
 */
export function wrapped(text: string, width: number, indent?: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, width, indent))
    .join("\n");
}

/** Units stay with their numbers. */
const UNITS: ReadonlySet<string> = new Set([
  "B",
  "vB",
  "sat",
  "ns",
  "us",
  "ms",
  "s",
  "kB",
  "MB",
  "%",
]);

function wrappedLine(line: string, width: number, indent: number | undefined): string {
  if (widthOf(line) <= width) return line;
  const words = wordsOf(line);
  // The rightmost indent among those with the fewest rows.
  const [shortest] = (indent === undefined ? indentsOf(line, width) : [indent])
    .map((each) => broken(words, each, width))
    .toSorted((a, b) => a.length - b.length);
  return shortest!.join("\n");
}

function broken(words: readonly Word[], indent: number, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const { gap, word } of words) {
    if (current === "" || widthOf(current) + gap.length + widthOf(word) <= width) {
      current += gap + word;
      continue;
    }
    lines.push(current);
    // A word that does not fit after the indent begins further left.
    current = " ".repeat(Math.max(0, Math.min(indent, width - widthOf(word)))) + word;
  }
  return [...lines, current];
}

interface Word {
  /** The spaces before it. */
  readonly gap: string;
  readonly word: string;
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  for (const [, gap = "", word = ""] of line.matchAll(/( *)([^ ]+)/g)) {
    const last = words.at(-1);
    if (
      last &&
      gap.length === 1 &&
      UNITS.has(stripVTControlCharacters(word).replace(/[,;.]$/, ""))
    ) {
      words[words.length - 1] = { gap: last.gap, word: `${last.word}${gap}${word}` };
    } else {
      words.push({ gap, word });
    }
  }
  return words;
}

/** Possible indents, rightmost first: below the line's columns, else slightly after its start. */
function indentsOf(line: string, width: number): number[] {
  const plain = stripVTControlCharacters(line);
  const begin = plain.search(/\S/);
  const columns = [...plain.matchAll(/\S {2,}(?=\S)/g)]
    .map((gap) => gap.index + gap[0].length)
    .filter((column) => column <= width * 0.6);
  return columns.length > 0 ? [...columns.reverse(), begin + 8] : [begin + 2];
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
