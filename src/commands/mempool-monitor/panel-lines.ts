import { FEERATE_CLASSES, feerateClassText } from "../../model/mempool/feerates.ts";
import { bar } from "../../text/bar.ts";
import { groupedText } from "../../text/format.ts";
import { left, plain, right } from "../../text/screen/cells.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import { sum } from "../../util/statistics.ts";
import type { MonitoredMempool } from "./monitored-mempool.ts";
import { countIn, type Window } from "./window.ts";

/** A title and nine bars or reasons. */
export const PANEL_ROWS = 10;

const GAP = 3;
/** A narrower panel has no room for its figures. */
const MIN_WIDTH = 22;

/**
 * Feerates of added transactions, and reasons of removals and rejections, side by side if they fit:
 *
 *     ADDED, sat/vB  total         REMOVED  total        REJECTED  total
 *     1-2    812 ████████████      block        2,113    insufficient fee     12
 */
export function panelLines(mempool: MonitoredMempool, window: Window, area: Area): string[] {
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
  const panels = Math.min(3, Math.floor((columns + GAP) / (MIN_WIDTH + GAP)));
  if (panels === 0) return [];
  const room = columns - (panels - 1) * GAP;
  if (panels < 3) return Array.from({ length: panels }, () => Math.floor(room / panels));
  const removed = Math.max(MIN_WIDTH, Math.floor(room / 5));
  const added = Math.max(MIN_WIDTH, Math.floor((room - removed) * 0.45));
  return [added, removed, room - removed - added];
}

function feeratePanel({ flow, history }: MonitoredMempool, window: Window, area: Area): string[] {
  const { columns, paint } = area;
  const bars = flow.feerates.columns.map((column, i) => ({
    label: feerateClassText(i),
    count: countIn(window, column, history),
  }));
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = columns - BAR_HEAD;
  return [
    paint("strong", left(`ADDED, sat/vB  ${window}`, columns)),
    ...used(bars).map(({ label, count }) => {
      const head = `${left(label, 7)}${right(groupedText(count), 7)} `;
      return `${head}${paint("name", left(bar(count / most, room), room))}`;
    }),
  ];
}

interface Bar {
  readonly label: string;
  readonly count: number;
}

/** From the lowest class with transactions to the highest. If these are too many, the highest share a bar. */
function used(bars: readonly Bar[]): readonly Bar[] {
  const room = PANEL_ROWS - 1;
  const isUsed = ({ count }: Bar) => count > 0;
  const from = Math.min(Math.max(0, bars.findIndex(isUsed)), bars.length - room);
  const shown = bars.slice(from, Math.max(from + room, bars.findLastIndex(isUsed) + 1));
  if (shown.length <= room) return shown;
  const highest = shown.slice(room - 1);
  const label = `${FEERATE_CLASSES[from + room - 1]}+`;
  return [...shown.slice(0, room - 1), { label, count: sum(highest.map(({ count }) => count)) }];
}

const BAR_HEAD = 15;

function removalPanel({ flow, history }: MonitoredMempool, window: Window, area: Area): string[] {
  const reasons = flow.removals.map((label, { column }) => ({
    label,
    count: countIn(window, column, history),
  }));
  return reasonPanel("REMOVED", reasons, window, area);
}

function rejectionPanel({ flow, history }: MonitoredMempool, window: Window, area: Area): string[] {
  const reasons = flow.rejections.map((label, column) => ({
    label,
    count: countIn(window, column, history),
  }));
  return reasonPanel("REJECTED", reasons, window, area);
}

function reasonPanel(title: string, reasons: readonly Bar[], window: Window, area: Area): string[] {
  const { columns, paint } = area;
  return [
    paint("strong", left(`${title}  ${window}`, columns)),
    ...reasons
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, PANEL_ROWS - 1)
      .map(({ label, count }) => {
        const figure = groupedText(count);
        const room = Math.max(0, columns - figure.length - 1);
        return `${left(plain(label), room)} ${figure}`;
      }),
  ];
}
