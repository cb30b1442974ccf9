import type { Cost } from "../../event/cost.ts";
import { type LossCounters, sumOf } from "../../event/loss.ts";
import { counted } from "../counted.ts";
import { groupedText, percentText } from "../format.ts";
import { plain } from "./cells.ts";
import { countText } from "./figures.ts";

/** The state of a stream. */
export interface StreamState {
  readonly tallies: ReadonlyMap<string, LossCounters>;
  /** The cost of tracing to the node; null when unknown. */
  readonly cost: Cost | null;
  /** Hits of the traced tracepoints per second. */
  readonly hitsPerSecond: number;
  /** The last notice: attached, ended, an error. */
  readonly notice: string | null;
  readonly isOver: boolean;
}

/** `none lost · tracing costs the node 0.11 % of a core (8,966 ns a hit) · attached to …` */
export function statusText(state: StreamState): { readonly text: string; readonly lost: boolean } {
  const { tallies, notice, isOver } = state;
  const lost = [...tallies].filter(([, tally]) => tally.lost > 0);
  const { truncated, unreadable } = sumOf(tallies);
  const flawed = truncated + unreadable;
  const parts = [
    isOver ? ["the stream ended"] : [],
    lost.length === 0
      ? ["none lost"]
      : [
          `LOST ${lost.map(([name, { lost }]) => `${countText(lost)} of ${plain(name)}`).join(", ")}`,
        ],
    flawed === 0 ? [] : [`${counted(flawed, "event")} cut or unreadable`],
    costText(state),
    notice === null || isOver ? [] : [plain(notice)],
  ];
  return { text: parts.flat().join(" · "), lost: lost.length > 0 };
}

function costText({ cost, hitsPerSecond, isOver }: StreamState): string[] {
  if (cost === null || isOver) return [];
  const share = percentText((cost.nanosecondsPerHit * hitsPerSecond) / 1e9);
  const hit = groupedText(Math.round(cost.nanosecondsPerHit));
  return [`tracing costs the node ${share} of a core (${hit} ns a hit)`];
}
