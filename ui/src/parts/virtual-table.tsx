import "./virtual-table.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { meaningOf } from "../../../src/text/glossary.ts";
import { Heading } from "./heading.tsx";
import { HeldList } from "./held-list.tsx";
import { Cells, type TableColumn } from "./table.tsx";

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  /** Identifies a row. */
  readonly keyOf: (row: Row) => string | number;
  /** As in HeldList. */
  readonly numberOf?: (row: Row) => number;
  readonly basis?: string;
  /** Whether the table is one of several on its page and is lower. */
  readonly isLow?: boolean;
  readonly rowClass?: (row: Row) => string;
  readonly isCurrent?: (row: Row) => boolean;
  readonly sort?: {
    readonly by: string;
    readonly isDown: boolean;
    readonly onSort: (name: string) => void;
  };
}

/** As in the style sheet. */
const ROW_PX = 24;
/** Rows beyond the edges, so that scrolling shows no gap; the first row in the document is a multiple of it. */
const SPARE = 5;

/**
 * A table of any length: only visible rows are in the document. Columns have fixed widths, so that they do not move
 * when rows change. Rows do not move while the table is hovered, focused or scrolled.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { rows, keyOf, numberOf, basis } = props;
  return (
    <HeldList rows={rows} keyOf={keyOf} numberOf={numberOf} basis={basis}>
      {(held) => <Window {...props} rows={held} />}
    </HeldList>
  );
}

function Window<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, columns, keyOf, rowClass, isCurrent, sort, isLow } = props;
  const element = useRef<HTMLElement>(null);
  const [view, setView] = useState({ first: 0, height: 600 });
  const measure = (): void => {
    const { scrollTop, clientHeight: height } = element.current!;
    const first = Math.floor(scrollTop / ROW_PX / SPARE) * SPARE;
    if (first !== view.first || height !== view.height) setView({ first, height });
  };
  const measuring = useRef(measure);
  measuring.current = measure;
  useEffect(() => {
    const observer = new ResizeObserver(() => measuring.current());
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);

  const count = Math.ceil(view.height / ROW_PX) + 2 * SPARE;
  const last = Math.max(0, Math.ceil((rows.length - count + SPARE) / SPARE) * SPARE);
  const from = Math.max(0, Math.min(view.first - SPARE, last));
  const shown = rows.slice(from, from + count + SPARE);
  const below = Math.max(0, rows.length - from - shown.length);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    // Without a mouse, the keyboard scrolls it.
    <section
      ref={element}
      class={isLow ? "virtual low" : "virtual"}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable
      tabIndex={0}
      aria-label={label}
      onScroll={measure}
    >
      <table aria-label={label} aria-rowcount={rows.length + 1} style={{ minWidth: `${width}ch` }}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.name} style={{ width: `${column.width}ch` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <SortHeading key={column.name} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <Gap rows={from} columns={columns.length} />}
          {shown.map((row, i) => (
            <tr
              key={keyOf(row)}
              class={rowClass?.(row)}
              aria-rowindex={from + i + 2}
              aria-current={isCurrent?.(row) ? "true" : undefined}
            >
              <Cells columns={columns} row={row} />
            </tr>
          ))}
          {below > 0 && <Gap rows={below} columns={columns.length} />}
        </tbody>
      </table>
    </section>
  );
}

interface SortHeadingProps<Row> {
  readonly column: TableColumn<Row>;
  readonly sort: VirtualTableProps<Row>["sort"];
}

function SortHeading<Row>({ column: { name, title, kind }, sort }: SortHeadingProps<Row>) {
  if (!sort) return <Heading title={title} class={kind} />;
  const isSorted = sort.by === name;
  return (
    <th
      class={kind}
      title={meaningOf(title)}
      aria-sort={isSorted ? (sort.isDown ? "descending" : "ascending") : "none"}
    >
      <button type="button" class="link" onClick={() => sort.onSort(name)}>
        {title}
        {isSorted && (sort.isDown ? " ↓" : " ↑")}
      </button>
    </th>
  );
}

/** Takes the space of rows that are not in the document. */
function Gap({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  return (
    <tr class="gap">
      <td colSpan={columns} style={{ height: rows * ROW_PX }} />
    </tr>
  );
}
