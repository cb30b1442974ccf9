import { stripVTControlCharacters } from "node:util";

/**
 * Text for a terminal: lines that are wider go on below themselves, broken between words.
 *
 *     07:33:08.703622  mempool:added  txid=bbfb…1f74
 *                      vsize=141 vB fee=1,410 sat  b-msghand
 *
 * Nothing but spaces is left out. Colours take no room. A word that is wider than the terminal is left as it is.
 */
export function wrapped(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, width))
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

function wrappedLine(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  const indent = indentOf(line, width);
  const lines: string[] = [];
  let current = "";
  for (const { gap, word } of wordsOf(line)) {
    const isFirst = current === "";
    if (isFirst || widthOf(current) + gap.length + widthOf(word) <= width) {
      current += gap + word;
      continue;
    }
    lines.push(current);
    // One that would not fit there begins further to the left.
    current = " ".repeat(Math.max(0, Math.min(indent, width - widthOf(word)))) + word;
  }
  return [...lines, current].join("\n");
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

/** Below the text behind the last column that begins in the first third, else two columns further than the line. */
function indentOf(line: string, width: number): number {
  const plain = stripVTControlCharacters(line);
  const columns = [...plain.matchAll(/\S {2,}(?=\S)/g)]
    .map((gap) => gap.index + gap[0].length)
    .filter((column) => column <= width / 3);
  return columns.at(-1) ?? plain.search(/\S/) + 2;
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
