import { type CountColumn, statisticOf } from "../counting/columns.ts";
import type { Counts, Group, KeyValue } from "../counting/group.ts";
import { counted } from "./counted.ts";
import { isMempoolHeight } from "./field-text.ts";
import { groupedText } from "./format.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { quantityText, unitText } from "./quantity.ts";

/** The contents of a table. */
export interface CountView {
  readonly by: readonly string[];
  readonly columns: readonly CountColumn[];
  readonly counts: Counts;
  /** A group's events per second, over the time that the caller chooses. */
  readonly rate: (group: Group) => number;
  /** Maximum number of groups shown; a last line counts the rest. */
  readonly most: number;
}

/**
 * The groups, largest first:
 *
 *     MSG_TYPE     COUNT      /s  SUM size (B)
 *     tx             917    18.3       318,002
 *     inv          4,213    84.3       249,401
 *     3 more groups
 */
export function countTable(view: CountView, paint: Paint): string[] {
  const { by, columns, counts } = view;
  const groups = greatestFirst(counts.groups, columns);
  const rest = groups.length - view.most;
  const rows = groups.slice(0, view.most).map((group) => ({
    key: group.key.map((value, i) => keyText(by[i]!, value, group.truncated.includes(by[i]!))),
    cells: cellsOf(group, view),
  }));
  const label = (text: string): string[] => [text, ...by.slice(1).map(() => "")];
  const below = [
    ...(counts.overflow
      ? [
          {
            key: label("(no room)"),
            cells: cellsOf(counts.overflow, view),
            style: "warning" as const,
          },
        ]
      : []),
    ...(rest > 0
      ? [{ key: label(`${counted(rest, "more group")}`), cells: [], style: "faint" as const }]
      : []),
  ];
  const titles = {
    key: by.map((name) => name.toUpperCase()),
    cells: ["COUNT", "/s", ...columns.map((column) => titleOf(column, counts))],
  };
  const all = [titles, ...rows, ...below];
  const keyWidths = by.map((_, i) => Math.max(...all.map(({ key }) => key[i]!.length)));
  const cellWidths = titles.cells.map((_, i) =>
    Math.max(...all.map(({ cells }) => (cells[i] ?? "").length)),
  );
  const lineOf = ({ key, cells }: { key: readonly string[]; cells: readonly string[] }): string =>
    [
      ...key.map((text, i) => text.padEnd(keyWidths[i]!)),
      ...cells.map((text, i) => text.padStart(cellWidths[i]!)),
    ]
      .join("  ")
      .trimEnd();
  return [
    paint("faint", lineOf(titles)),
    ...rows.map(lineOf),
    ...below.map((row) => paint(row.style, lineOf(row))),
  ];
}

/** Largest first: by the first sum column, else by the number of events. */
export function greatestFirst(groups: readonly Group[], columns: readonly CountColumn[]): Group[] {
  const first = columns.find(({ statistic }) => statistic === "sum");
  const size = (group: Group): number =>
    first ? Number(statisticOf(group, first) ?? 0) : group.count;
  return groups.toSorted((a, b) => size(b) - size(a) || b.count - a.count);
}

/** `SUM size (B)`, `MEAN duration_ns` */
function titleOf({ statistic, text, measure }: CountColumn, { shape }: Counts): string {
  return `${statistic.toUpperCase()} ${text}${unitText(shape?.units[measure] ?? null)}`;
}

function cellsOf(group: Group, { columns, rate, counts }: CountView): string[] {
  return [
    groupedText(group.count),
    rateText(rate(group)),
    ...columns.map((column) => {
      const value = statisticOf(group, column);
      const unit = counts.shape?.units[column.measure] ?? null;
      return value === null ? "-" : quantityText(value, unit, numberText);
    }),
  ];
}

/** One decimal below 100, so that decimal points align. */
function rateText(rate: number): string {
  const digits = rate < 100 ? 1 : 0;
  return rate.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function numberText(value: bigint | number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

export function keyText(name: string, value: KeyValue, isTruncated: boolean): string {
  if (value === null) return "(unreadable)";
  if (value === "") return '""';
  if (isMempoolHeight(name, value)) return "mempool";
  return `${printable(String(value))}${isTruncated ? "…" : ""}`;
}
