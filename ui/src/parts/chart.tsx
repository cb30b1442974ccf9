import "./chart.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { type Excerpt, SCALES } from "../../../src/model/history.ts";
import { resolve } from "../colours.ts";
import { clock, shortDate } from "../format.ts";
import { range } from "../route.ts";
import { theme } from "../theme.ts";

/** Columns of the history that are drawn as one area. */
export interface Area {
  readonly label: string;
  /** Its colour's name in the style sheet. */
  readonly colour: string;
  readonly column: string;
}

interface ChartProps {
  readonly excerpt: Excerpt | null;
  /** Stacked above the line, the first at the bottom. */
  readonly up: readonly Area[];
  /** Stacked below it. */
  readonly down?: readonly Area[];
  /** Formats a value per second. */
  readonly format: (value: number) => string;
  /** Minimum height; the chart fills its panel. */
  readonly height?: number;
  /** What the chart shows, for screen readers. */
  readonly label: string;
}

/**
 * Areas over time, per second, stacked above and below a line. Each area is drawn from the line to its outer edge, the
 * outermost first.
 */
export function Chart({ excerpt, up, down = [], format, height = 150, label }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { step, length } = SCALES[range()];
  const span = (step * length) / 1000;
  const shape = [theme.value, span, ...up, "|", ...down].map((area) => JSON.stringify(area)).join();
  const formatter = useRef(format);
  formatter.current = format;

  useEffect(() => {
    const parent = element.current!;
    const size = () => ({ width: parent.clientWidth, height: parent.clientHeight });
    const options = optionsOf(size(), span, up, down, (value) => formatter.current(value));
    const created = new uPlot(options, [[], ...up.map(() => []), ...down.map(() => [])], parent);
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize(size()));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      created.destroy();
    };
    // A chart is created again when its series change; otherwise it gets new data.
  }, [shape, height]);

  useEffect(() => {
    if (excerpt) plot.current?.setData(dataOf(excerpt, up, down));
  }, [excerpt, shape]);

  return (
    <div class="chart" role="img" aria-label={label} ref={element} style={{ minHeight: height }} />
  );
}

/**
 * Values per second, one for each bucket; null where nothing is known. A step is drawn from its point to the next one, so the last value is there
 * twice: at the beginning of its bucket and at the end.
 */
function dataOf(
  { begin, step, length, seconds, columns, running }: Excerpt,
  up: readonly Area[],
  down: readonly Area[],
): uPlot.AlignedData {
  const begins = Array.from({ length }, (_, i) => begin + i * step);
  const end = running ? running.begin + running.age : begin + length * step;
  const times = [...begins, ...(running ? [running.begin] : []), end].map((time) => time / 1000);
  if (times.length === 1) return [[], ...up.map(() => []), ...down.map(() => [])];
  const rates = (column: string): (number | null)[] => {
    const values = seconds.map((known, i) =>
      known > 0 ? (columns[column]?.[i] ?? 0) / known : null,
    );
    if (running) values.push((running.columns[column] ?? 0) / (running.age / 1000));
    return [...values, values.at(-1)!];
  };
  const stack = (areas: readonly Area[], sign: number): (number | null)[][] => {
    let below = new Array<number | null>(times.length).fill(0);
    const stacked = areas.map(({ column }) => {
      const values = rates(column);
      below = below.map((sum, i) => {
        const value = values[i]!;
        return sum === null || value === null ? null : sum + sign * value;
      });
      return below;
    });
    return stacked.reverse();
  };
  return [times, ...stack(up, 1), ...stack(down, -1)];
}

/** In seconds. */
const HOUR = 3600;
/** Steps between two marks of the time axis, in seconds. */
const STEPS = [
  ...[10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200],
  ...[86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400],
];

function optionsOf(
  size: { readonly width: number; readonly height: number },
  span: number,
  up: readonly Area[],
  down: readonly Area[],
  format: (value: number) => string,
): uPlot.Options {
  const grid = { stroke: resolve("line"), width: 1 };
  const stroke = resolve("muted");
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const series = (areas: readonly Area[]): uPlot.Series[] =>
    [...areas].reverse().map(({ label, colour }) => ({
      label,
      fill: resolve(colour),
      width: 0,
      points: { show: false },
      paths: uPlot.paths.stepped!({ align: 1 }),
    }));
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 24, 0, 0],
    scales: {
      // A short history is stretched, but a second never becomes as wide as a minute, nor a minute as narrow as a line.
      x: {
        range: (_plot, least, most) => [
          Math.max(most - span, Math.min(least, most - Math.min(span / 5, HOUR))),
          most,
        ],
      },
      y: { range: (_plot, least, most) => extent(least, most) },
    },
    axes: [
      {
        stroke,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 22,
        space: 90,
        values: (_plot, times, _axis, _space, step) => times.map((time) => mark(time * 1000, step)),
        incrs: STEPS,
      },
      {
        stroke,
        font,
        grid,
        ticks: { show: false },
        size: 62,
        gap: 6,
        space: 20,
        values: (_plot, values) =>
          values.map((value) => (value === null ? "" : format(Math.abs(value)))),
      },
    ],
    series: [{}, ...series(up), ...series(down)],
  };
}

/** A mark of the time axis: the date where marks are days apart, or a day begins among hours. */
function mark(ms: number, step: number): string {
  const text = clock(ms);
  if (step >= 86_400 || (step >= 3600 && text.startsWith("00:00"))) return shortDate(ms);
  return text.slice(0, step < 60 ? 8 : 5);
}

/** From the lowest value to the highest, including the line. An empty chart has a height, too. */
function extent(least: number | null, most: number | null): [number, number] {
  const low = Math.min(0, least ?? 0);
  const high = Math.max(0, most ?? 0);
  if (low === high) return [0, 10];
  const room = (high - low) * 0.06;
  return [low < 0 ? low - room : 0, high > 0 ? high + room : 0];
}
