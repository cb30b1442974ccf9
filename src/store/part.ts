/**
 * The files of a table. Rows are appended to a journal; when it is full or old, its rows are sorted into a Parquet file,
 * and neighbouring Parquet files are merged later:
 *
 *     000000007.ndjson ──seal──► 000000007-000000007.parquet ─┐
 *                                000000008-000000008.parquet ─┴─merge──► 000000007-000000008.parquet
 *
 * A name says which journals a file holds. So a file whose journals another file holds too is superseded: after a crash
 * between writing a file and deleting its sources, no row is there twice.
 */
export interface Part {
  readonly name: string;
  readonly kind: "journal" | "parquet";
  /** The numbers of its first and last journal. */
  readonly first: number;
  readonly last: number;
}

const DIGITS = 9;
const PARQUET = /^(\d{9})-(\d{9})\.parquet$/;
const JOURNAL = /^(\d{9})\.ndjson$/;

/** The file of this name; null when it is not a part. */
export function parsePart(name: string): Part | null {
  const [, journal] = JOURNAL.exec(name) ?? [];
  if (journal !== undefined) {
    return { name, kind: "journal", first: Number(journal), last: Number(journal) };
  }
  const [, first, last] = PARQUET.exec(name) ?? [];
  if (first === undefined || Number(first) > Number(last)) return null;
  return { name, kind: "parquet", first: Number(first), last: Number(last) };
}

export function journalPart(number: number): Part {
  return { name: `${padded(number)}.ndjson`, kind: "journal", first: number, last: number };
}

export function parquetPart(first: number, last: number): Part {
  return { name: `${padded(first)}-${padded(last)}.parquet`, kind: "parquet", first, last };
}

/** The parts that hold all rows once, oldest first, and the superseded ones. */
export function currentParts(parts: readonly Part[]): {
  readonly current: readonly Part[];
  readonly superseded: readonly Part[];
} {
  const current: Part[] = [];
  const superseded: Part[] = [];
  // A file comes before those whose journals it holds.
  const isParquet = ({ kind }: Part): number => (kind === "parquet" ? 1 : 0);
  const sorted = parts.toSorted(
    (a, b) => a.first - b.first || b.last - a.last || isParquet(b) - isParquet(a),
  );
  let held = 0;
  for (const part of sorted) {
    if (part.last <= held) superseded.push(part);
    else current.push(part);
    if (part.kind === "parquet") held = Math.max(held, part.last);
  }
  return { current, superseded };
}

/** How many neighbouring files of a level make one of the next. */
export const MERGED = 12;

/**
 * The next files to merge into one; null when there are none.
 * @param current of a table, oldest first
 * @param levels how often rows are merged
 */
export function nextMerge(current: readonly Part[], levels: number): readonly Part[] | null {
  for (let at = 0; at + MERGED <= current.length; at++) {
    const chosen = current.slice(at, at + MERGED);
    const level = levelOf(chosen[0]!);
    const isRun = chosen.every((part) => part.kind === "parquet" && levelOf(part) === level);
    if (isRun && level < levels) return chosen;
  }
  return null;
}

function levelOf({ first, last }: Part): number {
  return Math.floor(Math.log(last - first + 1) / Math.log(MERGED) + 1e-9);
}

function padded(number: number): string {
  return String(number).padStart(DIGITS, "0");
}
