import "./bars.css";
import { clock } from "../format.ts";

/** An event at a time, with a value. */
export interface Moment {
  readonly time: number;
  readonly value: number;
  readonly title: string;
  readonly colour: string;
}

interface MomentsProps {
  readonly moments: readonly Moment[];
  /** The present time: the right edge. */
  readonly now: number;
  readonly format: (value: number) => string;
  readonly label: string;
  /** Whether a line connects the values: a level that is known only at these times. */
  readonly isLevel?: boolean;
}

const HEIGHT = 150;
const FOOT = 20;
const HEAD = 16;
const LEFT = 9;

/** Events from the first until now, each as high as its value. */
export function Moments({ moments, now, format, label, isLevel = false }: MomentsProps) {
  const begin = Math.min(...moments.map(({ time }) => time));
  const length = Math.max(now - begin, 1);
  const most = Math.max(...moments.map(({ value }) => value), Number.MIN_VALUE);
  const x = (time: number): string => `${LEFT + ((time - begin) / length) * (99 - LEFT)}%`;
  const y = (value: number): number => HEAD + (HEIGHT - HEAD - FOOT) * (1 - value / most);
  const ordered = moments.toSorted((a, b) => a.time - b.time);
  return (
    <svg class="moments" width="100%" height={HEIGHT} role="img" aria-label={label}>
      {[0, most / 2, most].map((value) => (
        <g key={value}>
          <line x1={`${LEFT}%`} x2="99%" y1={y(value)} y2={y(value)} class="grid" />
          <text x={`${LEFT - 0.8}%`} y={y(value) + 4} class="scale">
            {format(value)}
          </text>
        </g>
      ))}
      {[begin, begin + length / 2, now].map((time, i) => (
        <text
          key={i === 0 ? "begin" : i === 1 ? "middle" : "now"}
          x={x(time)}
          y={HEIGHT - 4}
          class={["begin", "middle", "end"][i]}
        >
          {clock(time)}
        </text>
      ))}
      {isLevel &&
        ordered.slice(1).map((moment, i) => {
          const before = ordered[i]!;
          return (
            <line
              key={moment.time}
              class={`stroke ${moment.colour}`}
              x1={x(before.time)}
              y1={y(before.value)}
              x2={x(moment.time)}
              y2={y(moment.value)}
            />
          );
        })}
      {ordered.map(({ time, value, title, colour }) => (
        <g key={time} class={colour}>
          <title>{title}</title>
          {!isLevel && <line x1={x(time)} x2={x(time)} y1={y(0)} y2={y(value)} class="stroke" />}
          <circle cx={x(time)} cy={y(value)} r={isLevel ? 2.5 : 3.5} class="own" />
        </g>
      ))}
    </svg>
  );
}
