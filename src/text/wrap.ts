import { stripVTControlCharacters } from "node:util";

/**
 * Text for a terminal: lines that are wider go on below themselves, broken between words.
 *
 *     07:33:08.703622  mempool:added  txid=bbfb…1f74
 *                      vsize=141 vB fee=1,410 sat  b-msghand
 *
 * Nothing but spaces is left out. Colours take no room. A word that is wider than the terminal is left as it is.
 *
 * @param indent where further lines begin; where it looks best for each line when left out
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
  // As far to the right as takes no further line.
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
    // One that would not fit there begins further to the left.
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

/** Where further lines can begin, rightmost first: below the columns of the line, else a little behind its begin. */
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
