import type { ComponentChildren } from "preact";
import type { MempoolChange } from "../../../src/model/mempool/change-log.ts";
import {
  FEERATE_CLASSES,
  feerateClassText,
  feerateOf,
} from "../../../src/model/mempool/feerates.ts";
import type { MempoolView } from "../../../src/model/mempool/mempool.ts";
import type { Replacement } from "../../../src/model/mempool/replacements.ts";
import { counted } from "../../../src/text/counted.ts";
import { amount, bytes, clock, count, printable, sat, short, span } from "../format.ts";
import { viewOf } from "../live.ts";
import { causeText } from "../parts/cause.ts";
import type { Area } from "../parts/chart.tsx";
import { KeyedChart, MempoolFlowChart } from "../parts/charts.tsx";
import { Hash } from "../parts/hash.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { column, Table, type TableColumn } from "../parts/table.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";

/** Feerates from low to high are shades of one colour, from pale to strong. */
const FEERATE_AREAS: readonly Area[] = FEERATE_CLASSES.map((from, i) => ({
  label: feerateClassText(i),
  colour: `feerate-${i}`,
  column: `feerate.${from}`,
}));

export function Mempool() {
  const view = viewOf("mempool");
  if (!view) return <Waiting />;
  const { added, addedVsize, addedFees, removed, rejected, replaced, feerates, recent } = view;
  const { report, growth, replacements } = view;
  const sum = (counts: typeof removed): number =>
    counts.reduce((total, { count: number }) => total + number, 0);
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        {report && (
          <>
            <Figure
              label="in the mempool"
              value={count(report.transactions)}
              note={`${count(report.vsize)} vB`}
            />
            <Figure
              label="memory"
              value={bytes(report.memory_usage)}
              note={report.memory_max === null ? "" : `of ${bytes(report.memory_max)}`}
            />
            <Figure label="minimum feerate" value={short(report.min_fee_rate)} note="sat/vB" />
          </>
        )}
        <Figure label="added" value={count(added)} note={`${count(addedVsize)} vB`} />
        <Figure label="fees added" value={amount(addedFees)} />
        <Figure label="removed" value={count(sum(removed))} />
        <Figure label="replaced" value={count(replaced)} />
        <Figure label="rejected" value={count(sum(rejected))} />
        <Figure
          label="net change"
          value={`${growth > 0 ? "+" : ""}${short(growth)}/s`}
          note="last 5 minutes"
        />
        {feerates && (
          <Figure
            label="median feerate, sat/vB"
            value={short(feerates.median)}
            note={`p10–p90 ${short(feerates.low)}–${short(feerates.high)}`}
          />
        )}
      </dl>
      <Panel title="Mempool flow" span={7}>
        <MempoolFlowChart height={290} />
      </Panel>
      <Panel title="Reasons for removal and rejection" span={5}>
        <Reasons removed={removed} rejected={rejected} />
      </Panel>
      <Panel title="Feerates of added transactions" span={12}>
        <KeyedChart
          up={FEERATE_AREAS}
          height={150}
          label={`Transactions added by feerate class, median ${short(feerates?.median ?? null)} sat/vB`}
          note="sat/vB"
        />
      </Panel>
      <Panel title="Replacements" span={12} aside="fee and feerate, before and after">
        {replacements.length === 0 ? (
          <Absent>
            No transaction was replaced since tracing began. A replacement pays a higher fee than
            the transactions that it replaces.
          </Absent>
        ) : (
          <VirtualTable
            label="Replacements"
            isLow
            rows={replacements}
            keyOf={numberOf}
            numberOf={numberOf}
            columns={REPLACEMENT_COLUMNS}
          />
        )}
      </Panel>
      <Panel title="Transactions" span={12} aside={`last ${counted(recent.length, "event")}`}>
        {recent.length === 0 ? (
          <Absent>No transaction was added, removed or rejected since tracing began.</Absent>
        ) : (
          <VirtualTable
            label="Transactions"
            rows={recent}
            keyOf={numberOf}
            numberOf={numberOf}
            columns={CHANGE_COLUMNS}
          />
        )}
      </Panel>
    </div>
  );
}

function numberOf({ number }: Replacement | MempoolChange): number {
  return number;
}

const MAX_REJECTIONS = 12;

function Reasons({ removed, rejected }: Pick<MempoolView, "removed" | "rejected">) {
  if (removed.length + rejected.length === 0) {
    return <Absent>No transaction was removed or rejected yet.</Absent>;
  }
  const rows = [
    ...removed.map((reason) => ({ event: "removed", ...reason })),
    ...rejected.slice(0, MAX_REJECTIONS).map((reason) => ({ event: "rejected", ...reason })),
  ];
  const hidden = rejected.slice(MAX_REJECTIONS);
  return (
    <>
      <Table
        columns={REASON_COLUMNS}
        rows={rows}
        keyOf={({ event, reason }) => `${event} ${reason}`}
      />
      {hidden.length > 0 && (
        <p class="key">
          {count(hidden.reduce((sum, { count: number }) => sum + number, 0))} more rejections for{" "}
          {counted(hidden.length, "other reason")}
        </p>
      )}
    </>
  );
}

type Reason = MempoolView["removed"][number] & { readonly event: string };

const REASON_COLUMNS: readonly TableColumn<Reason>[] = [
  column("text", "event", ({ event }) =>
    event === "rejected" ? <b class="bad">{event}</b> : event,
  ),
  column("prose", "reason", ({ reason }) => printable(reason)),
  column("number", "transactions", ({ count: number }) => count(number)),
  column("number", "rate", ({ rate }) => (rate === 0 ? "–" : `${short(rate)}/s`)),
  column("number", "median time", ({ residence }) => residenceText(residence)),
];

function residenceText(seconds: number | null): string {
  return seconds === null ? "–" : span(seconds * 1000);
}

const REPLACEMENT_COLUMNS: readonly TableColumn<Replacement>[] = [
  column("text", "time", ({ time }) => clock(time)),
  column(
    "mono",
    "replaced",
    ({ txid, replaced }) => (
      <>
        <Hash hash={txid} />
        {replaced > 1 && ` +${replaced - 1}`}
      </>
    ),
    { width: 24, whole: ({ txid }) => txid ?? "" },
  ),
  column("mono", "by", ({ id }) => <Hash hash={id} />, { width: 21, whole: ({ id }) => id ?? "" }),
  column("number", "old sat/vB", (each) => short(feerateBefore(each)), { width: 13 }),
  column("number", "new sat/vB", (each) => short(feerateAfter(each))),
  column(
    "number",
    "ratio",
    (replacement) => {
      const [before, after] = [feerateBefore(replacement), feerateAfter(replacement)];
      return before && after ? `×${short(after / before)}` : "–";
    },
    { width: 9 },
  ),
  column("number", "old fee", ({ oldFee }) => sat(oldFee), { width: 14 }),
  column("number", "extra fee", ({ oldFee, newFee }) => moreText(oldFee, newFee), { width: 14 }),
];

function feerateBefore({ oldFee, oldVsize }: Replacement): number | null {
  return feerateOf(oldFee, oldVsize);
}

function feerateAfter({ newFee, newVsize }: Replacement): number | null {
  return feerateOf(newFee, newVsize);
}

function moreText(before: number | null, after: number | null): string {
  if (before === null || after === null) return "–";
  return `${after < before ? "" : "+"}${sat(after - before)}`;
}

const CHANGE_COLUMNS: readonly TableColumn<MempoolChange>[] = [
  column("text", "time", ({ time }) => clock(time)),
  column("text", "event", ({ kind }) => (kind === "rejected" ? <b class="bad">{kind}</b> : kind)),
  column(
    "mono",
    "txid",
    ({ txid, count: number }) =>
      number === 1 ? <Hash hash={txid} /> : counted(number, "transaction"),
    { width: 21, whole: ({ txid }) => txid ?? "" },
  ),
  column("number", "sat/vB", ({ fee, vsize }) => short(feerateOf(fee, vsize)), { width: 9 }),
  column("number", "size", ({ vsize }) => (vsize === null ? "–" : `${count(vsize)} vB`), {
    width: 12,
  }),
  column("number", "fee", ({ fee }) => sat(fee), { width: 13 }),
  column("number", "time in mempool", ({ residence }) => residenceText(residence), { width: 15 }),
  column("text", "cause", ({ cause }) => causeText(cause), { width: 22 }),
  column("text", "reason", reasonText, {
    width: 30,
    whole: ({ reason, replacement }) => printable(reason ?? replacement?.id ?? ""),
  }),
];

function reasonText({ reason, replacement }: MempoolChange): ComponentChildren {
  if (replacement === null) return printable(reason ?? "");
  return (
    <span class="mono">
      by <Hash hash={replacement.id} />
    </span>
  );
}
