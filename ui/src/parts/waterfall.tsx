import type { BlockStep } from "../../../src/model/blocks/block-path.ts";
import type { BlockView } from "../../../src/model/blocks/blocks.ts";
import { counted } from "../../../src/text/counted.ts";
import { colourOf } from "../colours.ts";
import { duration } from "../format.ts";

const ROW = 20;
/** Per cent of the width where the times begin and end; behind them is what was said, where there is room. */
const WIDE = { begin: 9, end: 74 } as const;
const NARROW = { begin: 19, end: 98 } as const;
const NARROW_PX = 720;
const MAX_ROWS = 24;

/**
 * A block's messages in time, a row for each peer, with the moment in which the node connected it. Times are
 * percentages of the width: the drawing stretches with its panel.
 */
export function Waterfall({ block }: { readonly block: BlockView }) {
  const { steps, time, announced } = block;
  const connected = time - (announced ?? time);
  const took = block.duration ?? 0;
  const begin = Math.min(0, connected - took);
  const end = Math.max(connected * 1.3, mostOf(steps));
  const length = Math.max(end - begin, 1) * 1.04;
  const { begin: left, end: right } = innerWidth < NARROW_PX ? NARROW : WIDE;
  // What is later than all the rest stands at the edge.
  const x = (at: number): string =>
    `${left + Math.min((at - begin) / length, 1) * (right - left)}%`;
  const peers = [...new Set(steps.map(({ peer }) => peer))].slice(0, MAX_ROWS);
  const height = (peers.length + 1) * ROW + 24;
  const label = `Messages of ${counted(peers.length, "peer")} in ${duration(end - begin)}; connected after ${duration(connected)}`;
  return (
    <svg class="waterfall" height={height} width="100%" role="img" aria-label={label}>
      {marksOf(length).map((at) => (
        <g key={at}>
          <line x1={x(begin + at)} x2={x(begin + at)} y1={0} y2={height - 20} class="grid" />
          <text x={x(begin + at)} y={height - 6} class="time">
            {at === 0 ? "0" : duration(at)}
          </text>
        </g>
      ))}
      <rect
        x={x(connected - took)}
        width={`${Math.max((took / length) * (right - left), 0.15)}%`}
        y={0}
        height={height - 20}
        class="connecting"
      />
      <text x={0} y={14}>
        connecting
      </text>
      <rect
        x={x(connected - took)}
        width={`${Math.max((took / length) * (right - left), 0.3)}%`}
        y={5}
        height={10}
        class="work"
      />
      {peers.map((peer, i) => (
        <Row
          key={peer}
          peer={peer}
          y={(i + 1) * ROW}
          steps={steps.filter((step) => step.peer === peer)}
          x={x}
          left={left}
          right={right}
        />
      ))}
    </svg>
  );
}

interface RowProps {
  readonly peer: number | null;
  readonly y: number;
  readonly steps: readonly BlockStep[];
  readonly x: (at: number) => string;
  readonly left: number;
  readonly right: number;
}

function Row({ peer, y, steps, x, left, right }: RowProps) {
  return (
    <g>
      <text x={0} y={y + 14}>
        peer {peer}
      </text>
      <line x1={`${left}%`} x2={`${right}%`} y1={y + 10} y2={y + 10} class="grid" />
      {steps.map(({ at, type, direction, size }, i) => (
        <g key={`${i} ${at}`}>
          <circle cx={x(at)} cy={y + 10} r={4.5} class={`${direction} ${colourOf(type)}`}>
            <title>{`${direction === "in" ? "←" : "→"} ${type}, ${size} B, ${duration(at)}`}</title>
          </circle>
        </g>
      ))}
      <text class="types" x={`${right + 1.5}%`} y={y + 14}>
        {[
          ...new Set(
            steps.map(({ type, direction }) => `${direction === "in" ? "←" : "→"} ${type}`),
          ),
        ].join("  ")}
      </text>
    </g>
  );
}

/** When nine in ten of the steps were over, so that a straggler does not squeeze the others. */
function mostOf(steps: readonly BlockStep[]): number {
  const times = steps.map(({ at }) => at).sort((a, b) => a - b);
  return times[Math.floor(0.9 * (times.length - 1))] ?? 0;
}

/** Round times, five or so. */
function marksOf(length: number): number[] {
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step);
}
