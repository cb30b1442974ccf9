import { CHANGE_KINDS, type ChangeKind } from "../../model/mempool/flow.ts";
import { counted } from "../../text/counted.ts";
import { groupedText } from "../../text/format.ts";
import { fitting, left, right } from "../../text/screen/cells.ts";
import { rateText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import type { MonitoredMempool } from "./monitored-mempool.ts";
import { countIn, rateIn, type Window } from "./window.ts";

const SHOWN: readonly Window[] = ["total", "1 min", "10 min"];

/**
 * Counts and rates; a narrow screen has fewer columns:
 *
 *     TRANSACTIONS   TOTAL    1 MIN   10 MIN  TOTAL/s  1 MIN/s  10 MIN/s
 *     1 added        1,425      201    1,425      4.7      3.4       4.7
 */
export function countLines(
  { flow, log, history, since }: MonitoredMempool,
  hidden: ReadonlySet<ChangeKind>,
  { columns, now, paint }: Area,
): string[] {
  const titles = [...SHOWN, ...SHOWN.map((window) => `${window}/s`)];
  const head = [
    left("TRANSACTIONS", LABEL),
    ...titles.map((title) => right(title.toUpperCase().replace("/S", "/s"), CELL)),
  ];
  const rows = CHANGE_KINDS.map((kind, i) => {
    const column = flow.counts[kind];
    const cells = [
      ...SHOWN.map((window) => groupedText(countIn(window, column, history))),
      ...SHOWN.map((window) => rateText(rateIn(window, column, history, since ?? now, now))),
    ];
    const remarks = [
      ...(kind === "replaced" && column.total > 0
        ? [`by ${counted(log.replacements.count, "replacement")}`]
        : []),
      ...(hidden.has(kind) ? ["not in the log"] : []),
    ];
    const label = left(`${i + 1} ${kind}`, LABEL);
    const line = fitting([label, ...cells.map((cell) => right(cell, CELL)), ...remarks], columns);
    return hidden.has(kind) ? paint("faint", line) : line;
  });
  return [paint("strong", left(fitting(head, columns), columns)), ...rows];
}

const LABEL = 12;
const CELL = 8;
export const COUNT_ROWS = CHANGE_KINDS.length + 1;
