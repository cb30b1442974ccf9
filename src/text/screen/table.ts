import type { Paint } from "../paint.ts";
import { cut, cutMiddle, left, right } from "./cells.ts";

/** A column of a table on a screen. */
export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly align: "left" | "right";
  /** Columns with the highest rank are dropped first when there is too little room. */
  readonly rank: number;
  readonly text: (row: Row) => string;
}

type TitleStyle = Pick<Column<unknown>, "title" | "width" | "align">;

/** The last column has the width that remains. */
export interface LastColumn<Row> {
  readonly title: string;
  /** Minimum width; other columns are dropped to keep it. */
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

/** The title line, and a line for each row. A mark shows the selected row, also without colours. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  last: LastColumn<Row>,
  rows: readonly Row[],
  { columns: width, paint, sorted, isSelected, look }: TableStyle<Row>,
): string[] {
  const shown = fitting(columns, width - last.least);
  const rest = width - widthOf(shown);
  const titles = shown.map((column) => titleText(column, column.title === sorted));
  const lastTitle = last.title === sorted ? `${last.title}${SORTED}` : last.title;
  return [
    paint("strong", left(`${titles.join("")}${GAP}${lastTitle}`, width)),
    ...rows.map((row) => {
      const cells = shown.map((column) => GAP + aligned(column.text(row), column));
      const line = `${cells.join("")}${GAP}${cutMiddle(last.text(row), rest)}`;
      if (isSelected(row)) return paint("selected", left(MARK + line.slice(MARK.length), width));
      const style = look(row);
      return style === null ? cut(line, width) : paint(style, cut(line, width));
    }),
  ];
}

/** Before each column. */
const GAP = "  ";
const MARK = ">";
const SORTED = "*";

/** The mark of the sorted column uses part of the gap. */
function titleText({ title, width, align }: TitleStyle, isSorted: boolean): string {
  if (align === "left") return GAP + left(isSorted ? `${title}${SORTED}` : title, width);
  return right(isSorted ? `${SORTED}${title}` : title, width + GAP.length);
}

/** The columns that fit, in their order, with the gap before the last column. */
function fitting<Row>(columns: readonly Column<Row>[], room: number): readonly Column<Row>[] {
  const droppable = [...columns].sort((a, b) => b.rank - a.rank);
  let shown = columns;
  while (widthOf(shown) > room && droppable.length > 0) {
    const dropped = droppable.shift();
    shown = shown.filter((column) => column !== dropped);
  }
  return shown;
}

/** Up to the last column. */
function widthOf(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + GAP.length + width, GAP.length);
}

function aligned(text: string, { align, width }: Omit<TitleStyle, "title">): string {
  return align === "right" ? right(text, width) : left(text, width);
}
