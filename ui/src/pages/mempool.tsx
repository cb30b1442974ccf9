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
import { amount, bytes, clock, count, mark, printable, sat, short, span } from "../format.ts";
import { chart, viewOf } from "../live.ts";
import { type Area, Chart } from "../parts/chart.tsx";
import { MempoolFlowChart } from "../parts/charts.tsx";
import { Hash } from "../parts/hash.tsx";
import { Heading } from "../parts/heading.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { type TableColumn, VirtualTable } from "../parts/virtual-table.tsx";

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
  const { says, growth, replacements } = view;
  const sum = (counts: typeof removed): number =>
    counts.reduce((total, { count: number }) => total + number, 0);
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        {says && (
          <>
            <Figure
              label="in the mempool"
              value={count(says.transactions)}
              note={`${count(says.vsize)} vB`}
            />
            <Figure
              label="memory"
              value={bytes(says.memory_usage)}
              note={says.memory_max === null ? "" : `of ${bytes(says.memory_max)}`}
            />
            <Figure label="minimum feerate" value={short(says.min_fee_rate)} note="sat/vB" />
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
        <Chart
          excerpt={chart.value}
          up={FEERATE_AREAS}
          format={(value) => `${mark(value)}/s`}
          height={150}
          label={`Transactions added by feerate class, median ${short(feerates?.median ?? null)} sat/vB`}
        />
        <p class="key">
          {FEERATE_CLASSES.map((from, i) => (
            <span key={from}>
              <i class={`swatch feerate-${i}`} /> {feerateClassText(i)}
            </span>
          ))}{" "}
          sat/vB
        </p>
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
      <div class="scroll">
        {" "}
        <table>
          <thead>
            <tr>
              <Heading title="event" />
              <Heading title="reason" />
              <Heading title="transactions" class="number" />
              <Heading title="rate" class="number" />
              <Heading title="median time" class="number" />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ event, reason, count: number, rate, residence }) => (
              <tr key={`${event} ${reason}`}>
                <td class={event === "rejected" ? "bad" : ""}>{event}</td>
                <td class="prose">{printable(reason)}</td>
                <td class="number">{count(number)}</td>
                <td class="number">{rate === 0 ? "–" : `${short(rate)}/s`}</td>
                <td class="number">{residence === null ? "–" : span(residence * 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>{" "}
      {hidden.length > 0 && (
        <p class="key">
          {count(hidden.reduce((sum, { count: number }) => sum + number, 0))} more rejections for{" "}
          {counted(hidden.length, "other reason")}
        </p>
      )}
    </>
  );
}

const REPLACEMENT_COLUMNS: readonly TableColumn<Replacement>[] = [
  { name: "time", title: "time", width: 10, kind: "text", cell: ({ time }) => clock(time) },
  {
    name: "txid",
    title: "replaced",
    width: 24,
    kind: "mono",
    cell: ({ txid, replaced }) => (
      <>
        <Hash hash={txid} />
        {replaced > 1 && ` +${replaced - 1}`}
      </>
    ),
    whole: ({ txid }) => txid ?? "",
  },
  {
    name: "id",
    title: "by",
    width: 21,
    kind: "mono",
    cell: ({ id }) => <Hash hash={id} />,
    whole: ({ id }) => id ?? "",
  },
  {
    name: "old",
    title: "old sat/vB",
    width: 13,
    kind: "number",
    cell: ({ oldFee, oldVsize }) => short(feerateOf(oldFee, oldVsize)),
  },
  {
    name: "new",
    title: "new sat/vB",
    width: 10,
    kind: "number",
    cell: ({ newFee, newVsize }) => short(feerateOf(newFee, newVsize)),
  },
  {
    name: "ratio",
    title: "ratio",
    width: 9,
    kind: "number",
    cell: (replacement) => {
      const before = feerateOf(replacement.oldFee, replacement.oldVsize);
      const after = feerateOf(replacement.newFee, replacement.newVsize);
      return before && after ? `×${short(after / before)}` : "–";
    },
  },
  {
    name: "fee",
    title: "old fee",
    width: 14,
    kind: "number",
    cell: ({ oldFee }) => sat(oldFee),
  },
  {
    name: "extra",
    title: "extra fee",
    width: 14,
    kind: "number",
    cell: ({ oldFee, newFee }) =>
      oldFee === null || newFee === null
        ? "–"
        : `${newFee < oldFee ? "" : "+"}${sat(newFee - oldFee)}`,
  },
];

const CHANGE_COLUMNS: readonly TableColumn<MempoolChange>[] = [
  { name: "time", title: "time", width: 10, kind: "text", cell: ({ time }) => clock(time) },
  {
    name: "kind",
    title: "event",
    width: 10,
    kind: "text",
    cell: ({ kind }) => (kind === "rejected" ? <b class="bad">{kind}</b> : kind),
  },
  {
    name: "txid",
    title: "txid",
    width: 21,
    kind: "mono",
    cell: ({ txid, count: number }) =>
      number === 1 ? <Hash hash={txid} /> : counted(number, "transaction"),
    whole: ({ txid }) => txid ?? "",
  },
  {
    name: "feerate",
    title: "sat/vB",
    width: 9,
    kind: "number",
    cell: ({ fee, vsize }) => short(feerateOf(fee, vsize)),
  },
  {
    name: "size",
    title: "size",
    width: 12,
    kind: "number",
    cell: ({ vsize }) => (vsize === null ? "–" : `${count(vsize)} vB`),
  },
  { name: "fee", title: "fee", width: 13, kind: "number", cell: ({ fee }) => sat(fee) },
  {
    name: "residence",
    title: "time in mempool",
    width: 15,
    kind: "number",
    cell: ({ residence }) => (residence === null ? "–" : span(residence * 1000)),
  },
  {
    name: "reason",
    title: "reason",
    width: 34,
    kind: "text",
    cell: reasonText,
    whole: ({ reason, replacement }) => printable(reason ?? replacement?.id ?? ""),
  },
];

function reasonText({ reason, replacement }: MempoolChange): ComponentChildren {
  if (replacement === null) return printable(reason ?? "");
  return (
    <span class="mono">
      by <Hash hash={replacement.id} />
    </span>
  );
}
