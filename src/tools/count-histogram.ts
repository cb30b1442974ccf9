import type { CountShape, Group } from "../counting/group.ts";
import { type Range, rangeOf } from "../counting/histogram.ts";
import { keyText, unitText } from "./count-table.ts";
import type { Paint } from "./paint.ts";

const BAR_WIDTH = 40;

/**
 * A group's histogram, from its first bucket that holds something to its last:
 *
 *     msg_type=inv  412 events, size (B)
 *          32 - 63       17  ██
 *          64 - 127     311  ████████████████████████████████████████
 */
export function countHistogram(
  group: Group,
  by: readonly string[],
  text: string,
  { unit, scale }: NonNullable<CountShape["histogram"]>,
  paint: Paint,
): string[] {
  const buckets = group.buckets ?? [];
  const first = buckets.findIndex((count) => count > 0);
  const shown = buckets
    .map((count, bucket) => ({ label: rangeText(rangeOf(bucket, scale)), count }))
    .slice(first, buckets.findLastIndex((count) => count > 0) + 1);
  const most = Math.max(...buckets);
  const labelWidth = Math.max(...shown.map(({ label }) => label.length));
  const countWidth = most.toLocaleString("en-US").length;
  const key = by.map(
    (name, i) => `${name}=${keyText(group.key[i]!, group.truncated.includes(name))}`,
  );
  const heading = [
    ...key,
    `${group.count.toLocaleString("en-US")} events, ${text}${unitText(unit)}`,
  ];
  return [
    paint("strong", heading.join("  ")),
    ...shown.map(({ label, count }) => {
      const number = count.toLocaleString("en-US").padStart(countWidth);
      return `${label.padStart(labelWidth + 4)}  ${number}  ${paint("name", bar(count / most))}`.trimEnd();
    }),
  ];
}

/** `32 - 63`; all values are integers. */
function rangeText({ from, to }: Range): string {
  if (from === null) return `below ${numberText(to!)}`;
  if (to === null) return `from ${numberText(from)} on`;
  return to - from === 1 ? numberText(from) : `${numberText(from)} - ${numberText(to - 1)}`;
}

function numberText(value: number): string {
  return value.toLocaleString("en-US");
}

/** As long as its share of the width, in eighths of a column. */
function bar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  const rest = eighths % 8;
  return "█".repeat(eighths >> 3) + (rest > 0 ? " ▏▎▍▌▋▊▉"[rest] : "");
}
