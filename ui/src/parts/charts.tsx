import { mark } from "../format.ts";
import { chart } from "../live.ts";
import { Chart } from "./chart.tsx";

interface Props {
  readonly height: number;
}

/** What enters the mempool above the line, what leaves it or is refused below. */
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

/** Coins that are added above the line, spent and uncached below. */
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
