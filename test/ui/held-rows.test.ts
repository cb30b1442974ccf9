import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NextList, nextList, type Shown } from "../../ui/src/parts/held-rows.ts";

/** A row: its number in the stream and a value that changes. */
interface Row {
  readonly number: number;
  readonly value: string;
}

/** Rows newest first. */
function rows(numbers: readonly number[], value = "a"): Row[] {
  return numbers.map((number) => ({ number, value }));
}

interface Changes {
  readonly isHeld?: boolean;
  readonly isPaused?: boolean;
  readonly basis?: string;
  readonly isUnordered?: boolean;
}

function next(
  before: readonly Row[],
  now: readonly Row[],
  { isHeld = true, isPaused = false, basis = "", isUnordered = false }: Changes = {},
): NextList<Row> {
  const shown: Shown<Row> = { rows: before, basis: "", isHeld: true };
  const keyOf = ({ number }: Row): number => number;
  return nextList(
    shown,
    { rows: now, basis, isHeld, isPaused },
    keyOf,
    isUnordered ? undefined : keyOf,
  );
}

const numbersOf = (list: NextList<Row>): number[] => list.rows.map(({ number }) => number);

describe("a list", () => {
  it("shows the present rows while it is not held", () => {
    const list = next(rows([2, 1]), rows([3, 2, 1]), { isHeld: false });
    expect([numbersOf(list), list.holds, list.came]).toEqual([[3, 2, 1], false, 0]);
  });

  it("shows the present rows when it has none yet", () => {
    const list = next([], rows([1]));
    expect([numbersOf(list), list.holds]).toEqual([[1], false]);
  });

  it("stays empty when it was paused empty, and counts new rows", () => {
    const list = next([], rows([2, 1]), { isPaused: true });
    expect([numbersOf(list), list.holds, list.came]).toEqual([[], true, 2]);
  });
});

describe("a held list", () => {
  it("keeps its rows and counts new ones", () => {
    const list = next(rows([2, 1]), rows([4, 3, 2, 1]));
    expect([numbersOf(list), list.came, list.unkept]).toEqual([[2, 1], 2, 0]);
  });

  it("shows present values of its rows, unless it is paused", () => {
    const before = rows([1]);
    expect(next(before, rows([2, 1], "b")).rows).toEqual(rows([1], "b"));
    expect(next(before, rows([2, 1], "b"), { isPaused: true }).rows).toEqual(before);
  });

  it("keeps rows that the source has dropped", () => {
    expect(numbersOf(next(rows([2, 1]), rows([5, 4])))).toEqual([2, 1]);
  });

  it("counts new rows that were dropped before they were shown", () => {
    const list = next(rows([2, 1]), rows([9, 8]));
    expect([list.came, list.unkept]).toEqual([7, 5]);
  });

  it("appends older rows, which do not move those above them", () => {
    expect(numbersOf(next(rows([5, 4]), rows([6, 5, 4, 3, 2])))).toEqual([5, 4, 3, 2]);
  });

  it("starts again when its filter or order changes", () => {
    const list = next(rows([2, 1]), rows([7]), { basis: "ping" });
    expect([numbersOf(list), list.holds, list.came]).toEqual([[7], false, 0]);
  });

  it("starts again when a recording is played from an earlier time", () => {
    const list = next(rows([9, 8]), rows([2, 1]));
    expect([numbersOf(list), list.holds]).toEqual([[2, 1], false]);
  });

  it("without numbers keeps its order and counts rows that it does not show", () => {
    const list = next(rows([1, 5]), rows([5, 9, 1]), { isUnordered: true });
    expect([numbersOf(list), list.came, list.unkept]).toEqual([[1, 5], 1, 0]);
  });

  it("counts every lost row, for any number of kept rows", () => {
    const lengths = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(lengths, fc.nat(50), lengths, (shown, came, kept) => {
        const newest = shown + came;
        const before = rows(Array.from({ length: shown }, (_, i) => shown - i));
        const length = Math.min(kept, newest);
        const list = next(before, rows(Array.from({ length }, (_, i) => newest - i)));
        expect(numbersOf(list).slice(0, shown)).toEqual(before.map(({ number }) => number));
        expect(list.came).toBe(came);
        expect(list.unkept).toBe(Math.max(0, came - kept));
      }),
    );
  });
});
