import { clockTime } from "./event-text.ts";

/** Local date and time, to the millisecond: `2026-11-21 07:33:08.703`. @param ms since the epoch */
export function dateTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clockTime(ms).slice(0, -3)}`;
}
