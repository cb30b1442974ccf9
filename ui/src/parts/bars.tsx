import "./bars.css";
/** A bar of a column chart. */
export interface Bar {
  readonly key: string | number;
  readonly value: number;
  readonly title: string;
  /** The text below it; empty for none. */
  readonly mark: string;
  readonly colour: string;
  readonly onClick?: () => void;
}

interface BarsProps {
  readonly bars: readonly Bar[];
  readonly height: number;
  /** What the chart shows, for screen readers. */
  readonly label: string;
  /** A line across the bars and its label; null for none. */
  readonly line?: { readonly at: number; readonly text: string } | null;
  /** The lowest value that may be at the top of the chart. */
  readonly least?: number;
}

const FOOT = 18;
const HEAD = 14;

/** Columns side by side, over the whole width. */
export function Bars({ bars, height, label, line = null, least = 0 }: BarsProps) {
  const most = Math.max(least, ...bars.map(({ value }) => value), Number.MIN_VALUE);
  const room = height - FOOT - HEAD;
  const y = (value: number): number => HEAD + room * (1 - Math.min(value / most, 1));
  const pitch = 100 / Math.max(1, bars.length);
  return (
    <svg class="bars" width="100%" height={height} role="img" aria-label={label}>
      <line x1="0" x2="100%" y1={height - FOOT} y2={height - FOOT} class="grid" />
      {bars.map(({ key, value, title, mark, colour, onClick }, i) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: buttons of the table do the same as a click
        <g key={key} onClick={onClick} class={onClick ? "choice-bar" : undefined}>
          <title>{title}</title>
          <rect x={`${i * pitch}%`} width={`${pitch}%`} y={0} height={height} class="hit" />
          <rect
            x={`${(i + 0.12) * pitch}%`}
            width={`${pitch * 0.76}%`}
            y={y(value)}
            height={Math.max(value > 0 ? 1.5 : 0, height - FOOT - y(value))}
            class={`own ${colour}`}
          />
          {mark && (
            <text x={`${(i + 0.5) * pitch}%`} y={height - 4} class="mark">
              {mark}
            </text>
          )}
        </g>
      ))}
      {line && line.at <= most && (
        <>
          <line x1="0" x2="100%" y1={y(line.at)} y2={y(line.at)} class="bound" />
          <text x="100%" y={y(line.at) - 4} class="bound">
            {line.text}
          </text>
        </>
      )}
    </svg>
  );
}
