import { counted } from "../../text/counted.ts";
import { groupedText } from "../../text/format.ts";
import { fitting, left, right } from "../../text/screen/cells.ts";
import { rateText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import { KINDS, type Kind } from "./log.ts";
import type { Mempool } from "./mempool.ts";
import type { Window } from "./windowed-count.ts";

const SHOWN: readonly Window[] = ["total", "1 min", "10 min"];

/**
 * Counts and rates, as many columns as fit:
 *
 *     TRANSACTIONS   TOTAL    1 MIN   10 MIN  TOTAL/s  1 MIN/s  10 MIN/s
 *     1 added        1,425      201    1,425      4.7      3.4       4.7
 */
export function countLines(mempool: Mempool, hidden: ReadonlySet<Kind>, area: Area): string[] {
  const { columns, now, paint } = area;
  const since = mempool.since ?? now;
  const titles = [...SHOWN, ...SHOWN.map((window) => `${window}/s`)];
  const head = [
    left("TRANSACTIONS", LABEL),
    ...titles.map((title) => right(title.toUpperCase().replace("/S", "/s"), CELL)),
  ];
  const rows = KINDS.map((kind, i) => {
    const count = mempool.counts[kind];
    const cells = [
      ...SHOWN.map((window) => groupedText(count.count(window, now))),
      ...SHOWN.map((window) => rateText(count.rate(window, now, since))),
    ];
    const remarks = [
      ...(kind === "replaced" && count.total > 0
        ? [`by ${counted(mempool.replacements, "replacement")}`]
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
export const COUNT_ROWS = KINDS.length + 1;
