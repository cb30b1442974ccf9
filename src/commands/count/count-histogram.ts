import type { Unit } from "../../contract/types.ts";
import type { CountShape, Group } from "../../counting/group.ts";
import { type Range, rangeOf } from "../../counting/histogram.ts";
import { bar } from "../../text/bar.ts";
import { keyText } from "../../text/count-table.ts";
import { groupedText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { isDuration, quantityText, unitText } from "../../text/quantity.ts";

const BAR_WIDTH = 40;

/**
 * A group's histogram, from its first bucket with events to its last:
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
    .map((count, bucket) => ({ label: rangeText(rangeOf(bucket, scale), unit), count }))
    .slice(first, buckets.findLastIndex((count) => count > 0) + 1);
  const most = Math.max(...buckets);
  const labelWidth = Math.max(...shown.map(({ label }) => label.length));
  const countWidth = groupedText(most).length;
  const key = by.map(
    (name, i) => `${name}=${keyText(name, group.key[i]!, group.truncated.includes(name))}`,
  );
  const heading = [...key, `${groupedText(group.count)} events, ${text}${unitText(unit)}`];
  return [
    paint("strong", heading.join("  ")),
    ...shown.map(({ label, count }) => {
      const number = groupedText(count).padStart(countWidth);
      return `${label.padStart(labelWidth + 4)}  ${number}  ${paint("name", bar(count / most, BAR_WIDTH))}`.trimEnd();
    }),
  ];
}

/** `32 - 63`, `1.02 us - 2.05 us`; all values are integers. */
function rangeText({ from, to }: Range, unit: Unit | null): string {
  const text = (value: number) => quantityText(value, unit, groupedText);
  if (from === null) return `below ${text(to!)}`;
  if (to === null) return `${text(from)} or more`;
  // Durations are rounded, so that their ranges appear to meet.
  const last = text(isDuration(unit) ? to : to - 1);
  return to - from === 1 ? text(from) : `${text(from)} - ${last}`;
}
