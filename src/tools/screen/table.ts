import type { Paint } from "../paint.ts";
import { cut, cutMiddle, left, right } from "./cells.ts";

/** A column of a table on a screen. */
export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly align: "left" | "right";
  /** Where columns do not all fit, those of the highest rank go first. */
  readonly rank: number;
  readonly text: (row: Row) => string;
}

/** The last column: it takes the width that the others leave. */
export interface LastColumn<Row> {
  readonly title: string;
  /** Others make room for so much of it. */
  readonly least: number;
  readonly text: (row: Row) => string;
}

export interface TableStyle<Row> {
  readonly columns: number;
  readonly paint: Paint;
  /** The title of the column that the rows are sorted by. */
  readonly sorted?: string;
  readonly isSelected: (row: Row) => boolean;
  readonly look: (row: Row) => "faint" | "warning" | null;
}

const GAP = 2;

/** The title line, and a line for each row; the selected one is marked also where there are no colours. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  last: LastColumn<Row>,
  rows: readonly Row[],
  { columns: width, paint, sorted, isSelected, look }: TableStyle<Row>,
): string[] {
  const shown = fitting(columns, width - MARK.length - last.least);
  const rest = width - MARK.length - widthOf(shown);
  const title = shown.map((column) =>
    aligned(column.title === sorted ? `${column.title}${SORTED}` : column.title, column),
  );
  const head = [...title, last.title].map((text) => text + " ".repeat(GAP)).join("");
  return [
    paint("strong", left(" ".repeat(MARK.length) + head, width)),
    ...rows.map((row) => {
      const cells = shown.map((column) => aligned(column.text(row), column) + " ".repeat(GAP));
      const text = cells.join("") + cutMiddle(last.text(row), rest);
      if (isSelected(row)) return paint("selected", left(MARK + text, width));
      const style = look(row);
      const line = " ".repeat(MARK.length) + text;
      return style === null ? line : paint(style, line);
    }),
  ];
}

const MARK = "> ";
const SORTED = "*";

/** In their order, as many as have room. */
function fitting<Row>(columns: readonly Column<Row>[], room: number): readonly Column<Row>[] {
  const leaving = [...columns].sort((a, b) => b.rank - a.rank);
  let shown = columns;
  while (widthOf(shown) > room && leaving.length > 0) {
    const gone = leaving.shift();
    shown = shown.filter((column) => column !== gone);
  }
  return shown;
}

function widthOf(columns: readonly { width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, 0);
}

function aligned(text: string, { align, width }: { align: string; width: number }): string {
  return align === "right" ? right(cut(text, width), width) : left(text, width);
}
