import { groupedText } from "../../text/format.ts";
import { left, plain, right } from "../../text/screen/cells.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import type { Mempool } from "./mempool.ts";
import type { Reasons } from "./reasons.ts";
import type { Window } from "./windowed-count.ts";

/** A title, and a line for each bar of the histogram. */
export const PANEL_ROWS = 10;

const GAP = 3;
/** A panel that is narrower tells nothing. */
const LEAST = 22;

/**
 * What fees are paid, and why transactions leave or never enter, side by side as far as they fit:
 *
 *     ADDED, sat/vB  total         REMOVED  total        REJECTED  total
 *     1-2    812 ████████████      block        2,113    insufficient fee     12
 */
export function panelLines(mempool: Mempool, window: Window, area: Area): string[] {
  const widths = split(area.columns);
  if (widths.length === 0) return [];
  const panels = [feeratePanel, removalPanel, rejectionPanel].slice(0, widths.length);
  const all = panels.map((panel, i) => panel(mempool, window, { ...area, columns: widths[i]! }));
  return Array.from({ length: Math.min(PANEL_ROWS, area.rows) }, (_, row) =>
    all.map((lines, i) => lines[row] ?? " ".repeat(widths[i]!)).join(" ".repeat(GAP)),
  );
}

/** Rejections have the longest texts. */
function split(columns: number): number[] {
  const panels = Math.min(3, Math.floor((columns + GAP) / (LEAST + GAP)));
  if (panels === 0) return [];
  const room = columns - (panels - 1) * GAP;
  if (panels < 3) return Array.from({ length: panels }, () => Math.floor(room / panels));
  const removed = Math.max(LEAST, Math.floor(room / 5));
  const added = Math.max(LEAST, Math.floor((room - removed) * 0.45));
  return [added, removed, room - removed - added];
}

function feeratePanel({ feerates }: Mempool, window: Window, area: Area): string[] {
  const { columns, now, paint } = area;
  const bars = feerates.bars.map(({ from, to, count }) => ({
    label: to === null ? `${from}+` : `${from}-${to}`,
    count: count.count(window, now),
  }));
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = columns - BAR_HEAD;
  return [
    paint("strong", left(`ADDED, sat/vB  ${window}`, columns)),
    ...bars.map(({ label, count }) => {
      const head = `${left(label, 6)}${right(groupedText(count), 8)} `;
      return `${head}${paint("name", left(barText((count / most) * room), room))}`;
    }),
  ];
}

const BAR_HEAD = 15;
const EIGHTHS = " ▏▎▍▌▋▊▉";

/** So many columns, to an eighth; what is not nothing is seen. */
function barText(columns: number): string {
  const eighths = columns > 0 ? Math.max(1, Math.round(columns * 8)) : 0;
  return `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`.trimEnd();
}

function removalPanel({ removalReasons }: Mempool, window: Window, area: Area): string[] {
  return reasonPanel("REMOVED", removalReasons, window, area);
}

function rejectionPanel({ rejectionReasons }: Mempool, window: Window, area: Area): string[] {
  return reasonPanel("REJECTED", rejectionReasons, window, area);
}

function reasonPanel(title: string, reasons: Reasons, window: Window, area: Area): string[] {
  const { columns, now, paint } = area;
  return [
    paint("strong", left(`${title}  ${window}`, columns)),
    ...reasons
      .ranking(window, now)
      .slice(0, PANEL_ROWS - 1)
      .map(({ reason, count }) => {
        const figure = groupedText(count);
        const room = Math.max(0, columns - figure.length - 1);
        return `${left(plain(reason), room)} ${figure}`;
      }),
  ];
}
