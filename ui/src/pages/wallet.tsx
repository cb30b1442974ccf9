import type { Attempt } from "../../../src/model/wallet/attempts.ts";
import type { AlgorithmView } from "../../../src/model/wallet/wallet.ts";
import { counted } from "../../../src/text/counted.ts";
import { amountsLike } from "../../../src/text/format.ts";
import { clock, count, mark, percent, printable, sat } from "../format.ts";
import { chart, viewOf } from "../live.ts";
import { type Area, Chart } from "../parts/chart.tsx";
import { Heading } from "../parts/heading.tsx";
import { Mark } from "../parts/mark.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { type TableColumn, VirtualTable } from "../parts/virtual-table.tsx";

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
  const areas: Area[] = algorithms
    .map(({ algorithm }) => algorithm)
    .toSorted()
    .map((algorithm) => ({
      label: algorithm,
      colour: colourOf(algorithm),
      column: `wallet.selected.${algorithm}`,
    }));
  return (
    <>
      <Chart
        excerpt={chart.value}
        up={areas}
        down={[{ label: "failed", colour: "problem", column: "wallet.failed" }]}
        format={(value) => `${mark(value)}/s`}
        height={170}
        label="Coin selections per second by algorithm, and failed attempts"
      />
      <p class="key">
        {areas.map(({ label, colour }) => (
          <span key={label}>
            <i class={`swatch ${colour}`} />
            {nameOf(label)}
          </span>
        ))}
        <span>
          <i class="swatch problem" />
          failed
        </span>
      </p>
    </>
  );
}

function Algorithms({ algorithms }: { readonly algorithms: readonly AlgorithmView[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <Heading title="algorithm" />
            <Heading title="selections" class="number" />
            <Heading title="mean waste" class="number" />
            <Heading title="median waste" class="number" />
            <Heading title="with change" class="number" />
            <Heading title="without change" class="number" />
          </tr>
        </thead>
        <tbody>
          {algorithms.map((each) => (
            <tr key={each.algorithm}>
              <td>
                <i class={`swatch ${colourOf(each.algorithm)}`} aria-hidden="true" />
                {nameOf(each.algorithm)}
              </td>
              <td class="number">{count(each.selections)}</td>
              <td class="number">{sat(each.meanWaste)}</td>
              <td class="number">{sat(each.medianWaste)}</td>
              <td class="number">{count(each.withChange)}</td>
              <td class="number">{count(each.withoutChange)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="key">
        Waste is Core's measure of what a selection costs; lower is better. If it is negative,
        spending these coins now is cheaper than spending them later. The table counts all attempts,
        including those that the wallet did not use.
      </p>
    </div>
  );
}

/** Both amounts in one unit, so that they can be compared. */
function columnsFor(payments: readonly Attempt[]): readonly TableColumn<Attempt>[] {
  const text = amountsLike(
    payments.flatMap(({ selection }) => (selection ? [selection.target, selection.selected] : [])),
  );
  const amounts = (["target", "selected"] as const).map(
    (name): TableColumn<Attempt> => ({
      ...{ name, title: name, width: 16, kind: "number" },
      cell: ({ selection }) => (selection?.[name] == null ? "–" : text(selection[name])),
    }),
  );
  return [...BEFORE_AMOUNTS, ...amounts, ...AFTER_AMOUNTS];
}

const BEFORE_AMOUNTS: readonly TableColumn<Attempt>[] = [
  { name: "time", title: "time", width: 10, kind: "text", cell: ({ time }) => clock(time) },
  {
    name: "wallet",
    title: "wallet",
    width: 11,
    kind: "text",
    cell: ({ wallet }) => printable(wallet || "default"),
    whole: ({ wallet }) => printable(wallet),
  },
  {
    name: "attempt",
    title: "attempt",
    width: 8,
    kind: "text",
    cell: ({ avoidsPartialSpends }) => (avoidsPartialSpends ? "second" : "first"),
  },
  {
    name: "algorithm",
    title: "algorithm",
    width: 19,
    kind: "text",
    cell: ({ selection }) => (selection ? nameOf(selection.algorithm) : "–"),
  },
];

const AFTER_AMOUNTS: readonly TableColumn<Attempt>[] = [
  {
    name: "waste",
    title: "waste",
    width: 10,
    kind: "number",
    cell: ({ selection }) => sat(selection?.waste ?? null),
  },
  {
    name: "fee",
    title: "fee",
    width: 10,
    kind: "number",
    cell: ({ success, fee }) => (success ? sat(fee) : "–"),
  },
  { name: "change", title: "change", width: 9, kind: "text", cell: changeText },
  {
    name: "outcome",
    title: "outcome",
    width: 19,
    kind: "text",
    cell: (payment) => (
      <>
        <Mark status={statusOf(payment)} /> {outcomeText(payment)}
      </>
    ),
  },
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
