import { OTHER } from "../../../src/model/history.ts";
import { REMOVAL_REASONS } from "../../../src/model/mempool/reasons.ts";
import { perSecond } from "../format.ts";
import { chart } from "../live.ts";
import { type Area, Chart } from "./chart.tsx";

interface KeyedChartProps {
  readonly up: readonly Area[];
  readonly down?: readonly Area[];
  readonly height: number;
  /** What the chart shows, for screen readers. */
  readonly label: string;
  /** Text after the labels. */
  readonly note?: string;
}

/** A chart of counts per second with the labels of its areas below it. */
export function KeyedChart({ up, down = [], height, label, note = "" }: KeyedChartProps) {
  return (
    <>
      <Chart
        excerpt={chart.value}
        up={up}
        down={down}
        format={perSecond}
        height={height}
        label={label}
      />
      <p class="key">
        {[...up, ...down].map(({ label, colour }) => (
          <span key={label}>
            <i class={`swatch ${colour}`} /> {label}
          </span>
        ))}
        {note}
      </p>
    </>
  );
}

interface Props {
  readonly height: number;
}

const ADDED: Area = { label: "added", colour: "transactions-0", column: "mempool.added" };
const REJECTED: Area = { label: "rejected", colour: "problem", column: "mempool.rejected" };

/** Transactions added above the line, removed and rejected below. */
export function MempoolChart({ height }: Props) {
  return (
    <KeyedChart
      up={[ADDED]}
      down={[{ label: "removed", colour: "transactions-2", column: "mempool.removed" }, REJECTED]}
      height={height}
      label="Transactions added, removed and rejected per second"
    />
  );
}

const REMOVAL_COLOURS: Readonly<Record<(typeof REMOVAL_REASONS)[number], string>> = {
  block: "blocks-0",
  replaced: "transactions-2",
  sizelimit: "upkeep-0",
  expiry: "upkeep-2",
  conflict: "other-0",
  reorg: "blocks-3",
};

/** Why transactions are removed, in the order in which they are stacked. */
const REMOVALS: readonly Area[] = [
  ...REMOVAL_REASONS.map((label) => ({ label, colour: REMOVAL_COLOURS[label] })),
  { label: OTHER, colour: "upkeep-3" },
].map((area) => ({ ...area, column: `removal.${area.label}` }));

/** Transactions added above the line, removed by reason and rejected below. */
export function MempoolFlowChart({ height }: Props) {
  return (
    <KeyedChart
      up={[ADDED]}
      down={[...REMOVALS, REJECTED]}
      height={height}
      label="Transactions added, removed by reason, and rejected per second"
    />
  );
}

/** Coins added above the line, spent and uncached below. */
export function CoinsChart({ height }: Props) {
  return (
    <KeyedChart
      up={[{ label: "added", colour: "blocks-0", column: "coins.add" }]}
      down={[
        { label: "spent", colour: "blocks-2", column: "coins.spent" },
        { label: "uncached", colour: "other-0", column: "coins.uncache" },
      ]}
      height={height}
      label="Coins added, spent and uncached per second"
      note="temporary caches included"
    />
  );
}
