import type { Excerpt } from "../../src/model/history.ts";

/**
 * The history before and the one that continues it.
 * @param maxLength number of buckets that are kept; the oldest are dropped
 */
export function joined(before: Excerpt, after: Excerpt, maxLength: number): Excerpt {
  const total = before.length + after.length;
  const dropped = Math.max(0, total - maxLength);
  const columns: Record<string, readonly number[]> = {};
  for (const name of new Set([...Object.keys(before.columns), ...Object.keys(after.columns)])) {
    const whole = [
      ...(before.columns[name] ?? zeros(before.length)),
      ...(after.columns[name] ?? zeros(after.length)),
    ];
    columns[name] = whole.slice(dropped);
  }
  const { step, running } = after;
  return {
    begin: before.begin + dropped * step,
    step,
    length: total - dropped,
    seconds: [...before.seconds, ...after.seconds].slice(dropped),
    columns,
    running,
  };
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
