import type { BlockSummary } from "../../model/blocks/block-summary.ts";
import { peerText } from "../../terminal/block-lines.ts";
import { counted } from "../../text/counted.ts";
import { durationText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { OTHER, plainName } from "../../util/bounded-map.ts";

const MAX_PEERS = 10;
const LABEL_WIDTH = 19;

/**
 *     12 blocks, 11 announced by peers
 *     first from         peer 5 (203.0.113.7:8333, outbound-full-relay)  5   45 %
 *     first in           cmpctblock  8   73 %
 *     received           median 45.1 ms, 90 % at most 91.0 ms
 */
export function summaryLines(summary: BlockSummary, paint: Paint): string[] {
  const { blocks, announced, times } = summary;
  const counts = (label: string, all: readonly (readonly [name: string, blocks: number])[]) => {
    const shown = all.slice(0, MAX_PEERS);
    const width = Math.max(0, ...shown.map(([name]) => name.length));
    const hidden = all.length - shown.length;
    return [
      ...shown.map(([name, count], i) => {
        const share = `${Math.round((count / announced) * 100)} %`.padStart(6);
        const text = `${name.padEnd(width)}  ${String(count).padStart(5)}${share}`;
        return `${(i === 0 ? label : "").padEnd(LABEL_WIDTH)}${text}`;
      }),
      ...(hidden > 0 ? [`${" ".repeat(LABEL_WIDTH)}and ${counted(hidden, "other")}`] : []),
    ];
  };
  return [
    `${paint("strong", counted(blocks, "block"))}, ${announced} announced by peers`,
    ...counts("first from", namedPeers(summary)),
    ...counts("first in", summary.types),
    ...times.map(
      ({ step, median_ns, p90_ns }) =>
        `${step.padEnd(LABEL_WIDTH)}median ${durationText(median_ns)}, 90 % at most ${durationText(p90_ns)}`,
    ),
  ];
}

export function summaryJson(summary: BlockSummary): Record<string, unknown> {
  const { blocks, announced, announcers, types, times } = summary;
  return {
    blocks,
    announced,
    announcers: announcers.map(({ peer, ...rest }) => ({
      peer_id: peer?.id ?? plainName(OTHER),
      address: peer?.address ?? null,
      connection_type: peer?.connection_type ?? null,
      ...rest,
    })),
    first_messages: Object.fromEntries(types),
    steps: times.map(({ step, ...rest }) => ({ step: step.replaceAll(" ", "_"), ...rest })),
  };
}

function namedPeers({ announcers }: BlockSummary): [string, number][] {
  return announcers.map(({ peer, blocks }) => [
    peer === null ? OTHER : peerText({ ...peer, peer_id: peer.id }),
    blocks,
  ]);
}
