import type { ComponentChildren } from "preact";
import { Heading } from "./heading.tsx";

/** A column of any table. */
export interface TableColumn<Row> {
  /** Identifies it, in the address bar too. */
  readonly name: string;
  readonly title: string;
  /** The class of its cells: `number`, `text`, `mono`, `bar`. */
  readonly kind: string;
  /** Width of its cells in characters, where the table has fixed ones. */
  readonly width: number;
  readonly cell: (row: Row) => ComponentChildren;
  /** The whole text of a cell that may be too narrow for it. */
  readonly whole?: (row: Row) => string;
}

export function column<Row>(
  kind: string,
  title: string,
  cell: TableColumn<Row>["cell"],
  more: Partial<TableColumn<Row>> = {},
): TableColumn<Row> {
  return { name: title, title, kind, width: 10, cell, ...more };
}

interface TableProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** Identifies a row. */
  readonly keyOf: (row: Row) => string | number;
  readonly class?: string;
  readonly rowClass?: (row: Row) => string | undefined;
  readonly isCurrent?: (row: Row) => boolean;
}

/** A table with a row for each of a few things. */
export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, keyOf, class: style, rowClass, isCurrent } = props;
  return (
    <div class="scroll">
      <table class={style}>
        <thead>
          <tr>
            {columns.map(({ name, title, kind }) => (
              <Heading key={name} title={title} class={kind} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              class={rowClass?.(row)}
              aria-current={isCurrent?.(row) ? "true" : undefined}
            >
              <Cells columns={columns} row={row} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellsProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly row: Row;
}

export function Cells<Row>({ columns, row }: CellsProps<Row>) {
  return (
    <>
      {columns.map(({ name, kind, cell, whole }) => (
        <td key={name} class={kind} title={whole?.(row)}>
          {cell(row)}
        </td>
      ))}
    </>
  );
}
