import { OTHER } from "../../../src/model/history.ts";
import { REMOVAL_REASONS } from "../../../src/model/mempool/reasons.ts";
import { mark } from "../format.ts";
import { chart } from "../live.ts";
import { Chart } from "./chart.tsx";

interface Props {
  readonly height: number;
}

/** Transactions added above the line, removed and rejected below. */
export function MempoolChart({ height }: Props) {
  return (
    <>
      <Chart
        excerpt={chart.value}
        up={[{ label: "added", colour: "transactions-0", column: "mempool.added" }]}
        down={[
          { label: "removed", colour: "transactions-2", column: "mempool.removed" },
          { label: "rejected", colour: "problem", column: "mempool.rejected" },
        ]}
        format={(value) => `${mark(value)}/s`}
        height={height}
        label="Transactions added, removed and rejected per second"
      />
      <p class="key">
        <i class="swatch transactions-0" /> added <i class="swatch transactions-2" /> removed{" "}
        <i class="swatch problem" /> rejected
      </p>
    </>
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
const REMOVALS = REMOVAL_REASONS.map((reason) => [reason, REMOVAL_COLOURS[reason]] as const);

/** Transactions added above the line, removed by reason and rejected below. */
export function MempoolFlowChart({ height }: Props) {
  return (
    <>
      <Chart
        excerpt={chart.value}
        up={[{ label: "added", colour: "transactions-0", column: "mempool.added" }]}
        down={[
          ...[...REMOVALS, [OTHER, "upkeep-3"] as const].map(([label, colour]) => ({
            label,
            colour,
            column: `removal.${label}`,
          })),
          { label: "rejected", colour: "problem", column: "mempool.rejected" },
        ]}
        format={(value) => `${mark(value)}/s`}
        height={height}
        label="Transactions added, removed by reason, and rejected per second"
      />
      <p class="key">
        <span>
          <i class="swatch transactions-0" /> added
        </span>
        {REMOVALS.map(([reason, colour]) => (
          <span key={reason}>
            <i class={`swatch ${colour}`} /> {reason}
          </span>
        ))}
        <span>
          <i class="swatch problem" /> rejected
        </span>
      </p>
    </>
  );
}

/** Coins added above the line, spent and uncached below. */
export function CoinsChart({ height }: Props) {
  return (
    <>
      <Chart
        excerpt={chart.value}
        up={[{ label: "added", colour: "blocks-0", column: "coins.add" }]}
        down={[
          { label: "spent", colour: "blocks-2", column: "coins.spent" },
          { label: "uncached", colour: "other-0", column: "coins.uncache" },
        ]}
        format={(value) => `${mark(value)}/s`}
        height={height}
        label="Coins added, spent and uncached per second"
      />
      <p class="key">
        <i class="swatch blocks-0" /> added <i class="swatch blocks-2" /> spent{" "}
        <i class="swatch other-0" /> uncached, temporary caches included
      </p>
    </>
  );
}
