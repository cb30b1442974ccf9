import "./waterfall.css";
import type { BlockDocument, MessageDocument } from "../../../src/model/blocks/block-document.ts";
import { counted } from "../../../src/text/counted.ts";
import { colourOf } from "../colours.ts";
import { nanoseconds } from "../format.ts";

const ROW = 20;
/** The range of times in percent of the width. Wide windows have room for message types after it. */
const WIDE = { begin: 9, end: 70 } as const;
const NARROW = { begin: 19, end: 98 } as const;
const NARROW_PX = 720;
const MAX_ROWS = 24;

/**
 * A block's messages over time, one row per peer, and the time in which the node connected the block. Times are
 * percentages of the width, so that the drawing stretches with its panel.
 */
export function Waterfall({ block }: { readonly block: BlockDocument }) {
  const { messages, stages } = block;
  const connected = stages.find(({ stage }) => stage === "connected")?.at_ns ?? 0;
  const took = block.block?.duration_ns ?? 0;
  const begin = Math.min(0, connected - took);
  const end = Math.max(connected * 1.3, mostOf(messages));
  const length = Math.max(end - begin, 1e6) * 1.04;
  const { begin: left, end: right } = innerWidth < NARROW_PX ? NARROW : WIDE;
  // Later messages are at the right edge.
  const x = (at: number): string =>
    `${left + Math.min((at - begin) / length, 1) * (right - left)}%`;
  const peers = [...new Set(messages.map(({ peer_id }) => peer_id))].slice(0, MAX_ROWS);
  const height = (peers.length + 1) * ROW + 24;
  const label = `Messages of ${counted(peers.length, "peer")} in ${nanoseconds(end - begin)}; connected after ${nanoseconds(connected)}`;
  return (
    <svg class="waterfall" height={height} width="100%" role="img" aria-label={label}>
      {marksOf(length).map((at) => (
        <g key={at}>
          <line x1={x(begin + at)} x2={x(begin + at)} y1={0} y2={height - 20} class="grid" />
          <text x={x(begin + at)} y={height - 6} class="time">
            {at === 0 ? "0" : nanoseconds(at)}
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
          messages={messages.filter(({ peer_id }) => peer_id === peer)}
          x={x}
          left={left}
          right={right}
        />
      ))}
    </svg>
  );
}

interface RowProps {
  readonly peer: number;
  readonly y: number;
  readonly messages: readonly MessageDocument[];
  readonly x: (at: number) => string;
  readonly left: number;
  readonly right: number;
}

function Row({ peer, y, messages, x, left, right }: RowProps) {
  return (
    <g>
      <text x={0} y={y + 14}>
        peer {peer}
      </text>
      <line x1={`${left}%`} x2={`${right}%`} y1={y + 10} y2={y + 10} class="grid" />
      {messages.map(({ at_ns, msg_type, direction, size }, i) => (
        <g key={`${i} ${at_ns}`}>
          <circle cx={x(at_ns)} cy={y + 10} r={4.5} class={`${direction} ${colourOf(msg_type)}`}>
            <title>{`${direction === "in" ? "←" : "→"} ${msg_type}, ${size} B, ${nanoseconds(at_ns)}`}</title>
          </circle>
        </g>
      ))}
      <text class="types" x={`${right + 1.5}%`} y={y + 14}>
        {[
          ...new Set(
            messages.map(
              ({ msg_type, direction }) => `${direction === "in" ? "←" : "→"} ${msg_type}`,
            ),
          ),
        ].join("  ")}
      </text>
    </g>
  );
}

/** The time until which nine in ten messages came: a late message does not squeeze the others. */
function mostOf(messages: readonly MessageDocument[]): number {
  return messages[Math.floor(0.9 * (messages.length - 1))]?.at_ns ?? 0;
}

/** About five round times. */
function marksOf(length: number): number[] {
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step);
}
