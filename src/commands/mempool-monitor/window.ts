import type { Column, History } from "../../model/history.ts";

/** The time range of figures. */
export const WINDOWS = ["total", "10 min", "1 min"] as const;
export type Window = (typeof WINDOWS)[number];

const SECONDS = { "10 min": 600, "1 min": 60 } as const;

/** The count in a time range. */
export function countIn(window: Window, column: Column, history: History): number {
  return window === "total" ? column.total : history.sum(column, SECONDS[window]);
}

/** Per second. @param since start of counting, in ms since the epoch */
export function rateIn(
  window: Window,
  column: Column,
  history: History,
  since: number,
  now: number,
): number {
  if (window !== "total") return history.rate(column, SECONDS[window]);
  return column.total / Math.max(1, (now - since) / 1000);
}
