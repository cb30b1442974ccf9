import type { Attempt } from "../../../src/model/wallet/attempts.ts";
import type { AlgorithmView } from "../../../src/model/wallet/wallet.ts";
import { counted } from "../../../src/text/counted.ts";
import { amountsLike } from "../../../src/text/format.ts";
import { clock, count, percent, printable, sat } from "../format.ts";
import { viewOf } from "../live.ts";
import { KeyedChart } from "../parts/charts.tsx";
import { Mark } from "../parts/mark.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { column, Table, type TableColumn } from "../parts/table.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";

export function Wallet() {
  const view = viewOf("wallet");
  if (!view) return <Waiting />;
  const { traced, selections, algorithms, failures, payments } = view;
  if (!traced) {
    return (
      <Absent>
        This node has no coin selection tracepoints: it was built without a wallet, or nothing is
        traced.
      </Absent>
    );
  }
  const withChange = algorithms.reduce((sum, each) => sum + each.withChange, 0);
  const withoutChange = algorithms.reduce((sum, each) => sum + each.withoutChange, 0);
  const created = withChange + withoutChange;
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure label="selections" value={count(selections)} />
        <Figure
          label="without change"
          value={count(withoutChange)}
          note={
            withoutChange > 0
              ? `${percent(withoutChange / created)} of ${counted(created, "transaction")}`
              : `of ${counted(created, "transaction")}`
          }
        />
        <Figure label="failed" value={count(failures)} />
      </dl>
      <Panel title="Coin selections over time" span={5}>
        <Use algorithms={algorithms} />
      </Panel>
      <Panel title="By algorithm" span={7}>
        {algorithms.length === 0 ? (
          <Absent>The wallet selected no coins since tracing began.</Absent>
        ) : (
          <Algorithms algorithms={algorithms} />
        )}
      </Panel>
      <Panel title="Payments" span={12} aside={`last ${counted(payments.length, "attempt")}`}>
        {payments.length === 0 ? (
          <Absent>The wallet created no transaction since tracing began.</Absent>
        ) : (
          <>
            <VirtualTable
              label="Payments"
              rows={payments}
              keyOf={({ number }) => number}
              numberOf={({ number }) => number}
              columns={columnsFor(payments)}
            />
            <p class="key">
              The second attempt avoids partial spends: it spends either all coins of an address or
              none.
            </p>
          </>
        )}
      </Panel>
    </div>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  bnb: "branch and bound",
  knapsack: "knapsack",
  srd: "single random draw",
  cg: "coin grinder",
  manual: "manual",
};
const COLOURS: Readonly<Record<string, string>> = {
  bnb: "transactions-0",
  knapsack: "transactions-1",
  srd: "transactions-2",
  cg: "addresses-0",
  manual: "upkeep-0",
};

function nameOf(algorithm: string): string {
  return Object.hasOwn(NAMES, algorithm) ? NAMES[algorithm]! : printable(algorithm);
}

function colourOf(algorithm: string): string {
  return Object.hasOwn(COLOURS, algorithm) ? COLOURS[algorithm]! : "other-0";
}

function Use({ algorithms }: { readonly algorithms: readonly AlgorithmView[] }) {
  const areas = algorithms.map(({ algorithm }) => ({
    label: nameOf(algorithm),
    colour: colourOf(algorithm),
    column: `wallet.selected.${algorithm}`,
  }));
  return (
    <KeyedChart
      up={areas.toSorted((a, b) => (a.column < b.column ? -1 : 1))}
      down={[{ label: "failed", colour: "problem", column: "wallet.failed" }]}
      height={170}
      label="Coin selections per second by algorithm, and failed attempts"
    />
  );
}

function Algorithms({ algorithms }: { readonly algorithms: readonly AlgorithmView[] }) {
  return (
    <>
      <Table columns={ALGORITHM_COLUMNS} rows={algorithms} keyOf={({ algorithm }) => algorithm} />
      <p class="key">
        Waste is Core's measure of what a selection costs; lower is better. If it is negative,
        spending these coins now is cheaper than spending them later. The table counts all attempts,
        including those that the wallet did not use.
      </p>
    </>
  );
}

const ALGORITHM_COLUMNS: readonly TableColumn<AlgorithmView>[] = [
  column("text", "algorithm", ({ algorithm }) => (
    <>
      <i class={`swatch ${colourOf(algorithm)}`} aria-hidden="true" />
      {nameOf(algorithm)}
    </>
  )),
  column("number", "selections", ({ selections }) => count(selections)),
  column("number", "mean waste", ({ meanWaste }) => sat(meanWaste)),
  column("number", "median waste", ({ medianWaste }) => sat(medianWaste)),
  column("number", "with change", ({ withChange }) => count(withChange)),
  column("number", "without change", ({ withoutChange }) => count(withoutChange)),
];

/** Both amounts in one unit, so that they can be compared. */
function columnsFor(payments: readonly Attempt[]): readonly TableColumn<Attempt>[] {
  const text = amountsLike(
    payments.flatMap(({ selection }) => (selection ? [selection.target, selection.selected] : [])),
  );
  const amounts = (["target", "selected"] as const).map((name) =>
    column<Attempt>(
      "number",
      name,
      ({ selection }) => (selection?.[name] == null ? "–" : text(selection[name])),
      { width: 16 },
    ),
  );
  return [...BEFORE_AMOUNTS, ...amounts, ...AFTER_AMOUNTS];
}

const BEFORE_AMOUNTS: readonly TableColumn<Attempt>[] = [
  column("text", "time", ({ time }) => clock(time)),
  column("text", "wallet", ({ wallet }) => printable(wallet || "default"), {
    width: 11,
    whole: ({ wallet }) => printable(wallet),
  }),
  column("text", "attempt", (each) => (each.avoidsPartialSpends ? "second" : "first"), {
    width: 8,
  }),
  column("text", "algorithm", ({ selection: s }) => (s ? nameOf(s.algorithm) : "–"), { width: 19 }),
];

const AFTER_AMOUNTS: readonly TableColumn<Attempt>[] = [
  column("number", "waste", ({ selection }) => sat(selection?.waste ?? null)),
  column("number", "fee", ({ success, fee }) => (success ? sat(fee) : "–")),
  column("text", "change", changeText, { width: 9 }),
  column(
    "text",
    "outcome",
    (payment) => (
      <>
        <Mark status={statusOf(payment)} /> {outcomeText(payment)}
      </>
    ),
    { width: 19 },
  ),
];

function statusOf({ success, avoidsPartialSpends }: Attempt): "ok" | "unknown" | "problem" {
  if (success) return "ok";
  return success === null || avoidsPartialSpends ? "unknown" : "problem";
}

function changeText({ success, changePosition }: Attempt): string {
  if (!success || changePosition === null) return "–";
  return changePosition < 0 ? "none" : `output ${changePosition}`;
}

function outcomeText({ success, used, avoidsPartialSpends }: Attempt): string {
  if (success === null) return "in progress";
  if (!success && avoidsPartialSpends) return "failed, first used";
  if (!success) return "failed";
  return used === null ? "created" : used ? "created and used" : "created, first used";
}
