/** Lower ends of the classes of durations in which blocks are counted, in ms. (The browser loads this file.) */
export const DURATIONS_MS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

/** The class of a duration, as its index in `DURATIONS_MS`. */
export function durationClass(ms: number): number {
  return Math.max(
    0,
    DURATIONS_MS.findLastIndex((from) => ms >= from),
  );
}
