import {
  type GroupPart,
  type HistogramPart,
  rangeOf,
} from "../../../src/dashboard/protocol/count.ts";
import { count, percent } from "../format.ts";
import { Absent } from "./panel.tsx";

interface CountHistogramProps {
  readonly histogram: HistogramPart;
  readonly group: GroupPart;
  readonly name: string;
}

/** The distribution of a group's values, from its first bucket with events to its last. */
export function CountHistogram({ histogram, group, name }: CountHistogramProps) {
  const { of, unit, scale } = histogram;
  if (group.buckets === null) return <Absent>This histogram has too many buckets to show.</Absent>;
  if (group.buckets.length === 0) return <Absent>No event with this value yet.</Absent>;
  const counts = new Map(group.buckets);
  const first = group.buckets[0]![0];
  const length = group.buckets.at(-1)![0] - first + 1;
  const most = Math.max(...counts.values());
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  return (
    <div class="tall">
      <table class="histogram">
        <caption>
          {of}
          {unit && ` (${unit})`} of {name}
        </caption>
        <thead class="hidden">
          <tr>
            <th>from – to</th>
            <th />
            <th>events</th>
            <th>share</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length }, (_, i) => first + i).map((bucket) => {
            const events = counts.get(bucket) ?? 0;
            return (
              <tr key={bucket}>
                <td class="number">{rangeText(rangeOf(bucket, scale))}</td>
                <td class="bar">
                  <meter max={most} value={events} aria-hidden="true" />
                </td>
                <td class="number">{count(events)}</td>
                <td class="number">{percent(events / total)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** `32 – 63`; all values are integers. */
function rangeText({ from, to }: ReturnType<typeof rangeOf>): string {
  if (from === null) return `below ${count(to)}`;
  if (to === null) return `${count(from)} or more`;
  return to - from === 1 ? count(from) : `${count(from)} – ${count(to - 1)}`;
}
