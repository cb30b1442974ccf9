/** The list that is shown. */
export interface Shown<Row> {
  readonly rows: readonly Row[];
  /** The filter and order of the rows. */
  readonly basis: string;
  readonly isHeld: boolean;
}

interface Now<Row> extends Shown<Row> {
  /** A paused list does not change at all. */
  readonly isPaused: boolean;
}

export interface NextList<Row> {
  readonly rows: readonly Row[];
  /** Whether the rows are those that were shown before. */
  readonly holds: boolean;
  /** Number of new rows that are not shown. */
  readonly came: number;
  /** Number of new rows that are not kept either. */
  readonly unkept: number;
}

type KeyOf<Row> = (row: Row) => string | number;
/** The number of rows that came before this one; undefined for rows that do not come newest first. */
type NumberOf<Row> = ((row: Row) => number) | undefined;

/** The rows to show: those shown before while the list is held, the present ones otherwise. */
export function nextList<Row>(
  before: Shown<Row>,
  now: Now<Row>,
  keyOf: KeyOf<Row>,
  numberOf: NumberOf<Row>,
): NextList<Row> {
  const hasRows = before.rows.length > 0 || (now.isPaused && before.isHeld);
  const isSame = before.basis === now.basis && !isRestarted(before.rows, now.rows, numberOf);
  if (!(now.isHeld && hasRows && isSame)) {
    return { rows: now.rows, holds: false, came: 0, unkept: 0 };
  }
  const rows = heldRows(before.rows, now.isPaused ? [] : now.rows, keyOf, numberOf);
  return { rows, holds: true, ...newRows(rows, now.rows, keyOf, numberOf) };
}

/** Whether rows are counted from the beginning again, as when a recording is played from an earlier time. */
function isRestarted<Row>(
  [before]: readonly Row[],
  [now]: readonly Row[],
  numberOf: NumberOf<Row>,
): boolean {
  if (numberOf === undefined || before === undefined || now === undefined) return false;
  return numberOf(now) < numberOf(before);
}

/** The shown rows with their present values, then older rows, which do not move them. */
function heldRows<Row>(
  held: readonly Row[],
  rows: readonly Row[],
  keyOf: KeyOf<Row>,
  numberOf: NumberOf<Row>,
): readonly Row[] {
  const now = new Map(rows.map((row) => [keyOf(row), row]));
  const same = held.map((row) => now.get(keyOf(row)) ?? row);
  const last = held.at(-1);
  if (numberOf === undefined || last === undefined) return same;
  return [...same, ...rows.filter((row) => numberOf(row) < numberOf(last))];
}

function newRows<Row>(
  held: readonly Row[],
  rows: readonly Row[],
  keyOf: KeyOf<Row>,
  numberOf: NumberOf<Row>,
): Pick<NextList<Row>, "came" | "unkept"> {
  const shown = new Set(held.map(keyOf));
  const kept = rows.filter((row) => !shown.has(keyOf(row))).length;
  const [newest] = rows;
  const [top] = held;
  if (!numberOf || newest === undefined || top === undefined) return { came: kept, unkept: 0 };
  const came = Math.max(kept, numberOf(newest) - numberOf(top));
  return { came, unkept: came - kept };
}
