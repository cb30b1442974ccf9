import "./overview.css";
import "../parts/health.css";
import type { Sections } from "../../../src/model/sections.ts";
import {
  amount,
  bytes,
  clock,
  count,
  duration,
  hashEnds,
  nanoseconds,
  percent,
  perSecond,
  printable,
  short,
  span,
} from "../format.ts";
import { chart, playback, status, viewOf } from "../live.ts";
import { Chart } from "../parts/chart.tsx";
import { CoinsChart, MempoolChart } from "../parts/charts.tsx";
import { Heading } from "../parts/heading.tsx";
import { Incidents } from "../parts/incidents.tsx";
import { Mark } from "../parts/mark.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { StageBar, StageKey, StaleTag } from "../parts/stage-bar.tsx";
import { column, Table, type TableColumn } from "../parts/table.tsx";
import { Traffic } from "../parts/traffic.tsx";
import { appState } from "../state.ts";
import { NO_BLOCK_TEXT } from "./block-sentences.ts";

type View = Sections["overview"];

export function Overview() {
  const view = viewOf("overview");
  return (
    <div class="grid">
      <Health />
      {view && (
        <>
          <Chain {...view} />
          <Incidents incidents={view.incidents} />
          <Traffic {...view} />
          <Blocks {...view} />
          <Peers {...view} />
          <Mempool {...view} />
          <Coins {...view} />
          <Tracing {...view} />
        </>
      )}
    </div>
  );
}

function Health() {
  const now = status.value;
  if (!now) return <Waiting />;
  const { headline, health } = now;
  return (
    <section class="health span-12" aria-label="Health">
      <p class={`headline ${headline.status}`}>
        <Mark status={headline.status} /> {printable(headline.message)}
      </p>
      <ul>
        {health.map(({ topic, status, message, cure }) => (
          <li key={topic + message}>
            <Mark status={status} />
            <span>
              {printable(message)}
              {cure && <em>{printable(cure)}</em>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How far the node is on the chain. */
function Chain({ chain }: View) {
  const { height, headers, progress, isSyncing, name, rates } = chain;
  const isFast = rates.blocks >= 0.1;
  if (height === null && !isFast) return null;
  const share = progress ?? (height !== null && headers ? height / headers : null);
  return (
    <section class="chain span-12" aria-label="Chain">
      <dl class="figures">
        <Figure
          label="height"
          value={count(height)}
          note={headers !== null && headers !== height ? `of ${count(headers)} known` : ""}
        />
        {share !== null && (
          <Figure label="verified" value={isSyncing ? `${(share * 100).toFixed(2)} %` : "all"} />
        )}
        {name !== null && <Figure label="chain" value={printable(name)} />}
        {isFast && (
          <Figure
            label="blocks connected"
            value={`${short(rates.blocks)}/s`}
            note={`${short(rates.transactions)} transactions/s`}
          />
        )}
      </dl>
      {isSyncing && share !== null && (
        <progress max={1} value={share} aria-label="Share of the chain that is verified" />
      )}
    </section>
  );
}

/** Connected peers by network, inbound and outbound apart. */
function Peers({ peers: { networks, isWhole } }: View) {
  const total = (direction: "inbound" | "outbound"): number =>
    networks.reduce((sum, share) => sum + share[direction], 0);
  const most = Math.max(1, ...networks.map(({ inbound, outbound }) => Math.max(inbound, outbound)));
  return (
    <Panel title="Peers" span={4} aside={isWhole ? "reported by the node" : "seen in events"}>
      {networks.length === 0 ? (
        <Absent>
          {appState.value.kind === "stale" ? "No peer is connected." : "No peer has been seen yet."}
        </Absent>
      ) : (
        <>
          <dl class="figures">
            <Figure label="outbound" value={count(total("outbound"))} />
            <Figure label="inbound" value={count(total("inbound"))} />
          </dl>
          <table class="shares">
            <thead>
              <tr>
                <Heading title="outbound" class="number" />
                <th class="bar" />
                <Heading title="network" class="middle" />
                <th class="bar" />
                <Heading title="inbound" />
              </tr>
            </thead>
            <tbody>
              {networks.map(({ network, inbound, outbound }) => (
                <tr key={network}>
                  <td class="number">{count(outbound)}</td>
                  <td class="bar">
                    <meter class="reversed" max={most} value={outbound} aria-hidden="true" />
                  </td>
                  <td class="middle">{network}</td>
                  <td class="bar">
                    <meter max={most} value={inbound} aria-hidden="true" />
                  </td>
                  <td>{count(inbound)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Panel>
  );
}

function Mempool({ mempool }: View) {
  const removed = sumOf(mempool.removed);
  const rejected = sumOf(mempool.rejected);
  const { feerates, report } = mempool;
  return (
    <Panel title="Mempool" span={6}>
      <dl class="figures">
        {report && <Figure label="transactions" value={count(report.transactions)} />}
        <Figure label="added" value={count(mempool.added)} note={`${short(mempool.addedRate)}/s`} />
        <Figure label="removed" value={count(removed)} note={reasonsText(mempool.removed)} />
        <Figure label="replaced" value={count(mempool.replaced)} />
        <Figure label="rejected" value={count(rejected)} />
        {feerates && (
          <Figure
            label="median feerate, sat/vB"
            value={short(feerates.median)}
            note={`p10–p90 ${short(feerates.low)}–${short(feerates.high)}`}
          />
        )}
      </dl>
      <MempoolChart height={130} />
    </Panel>
  );
}

type Reasons = View["mempool"]["removed"];

function sumOf(reasons: Reasons): number {
  return reasons.reduce((sum, { count: number }) => sum + number, 0);
}

function reasonsText(reasons: Reasons): string {
  return reasons
    .slice(0, 2)
    .map(({ reason, count: number }) => `${count(number)} ${printable(reason)}`)
    .join(", ");
}

function Blocks({ blocks }: View) {
  const longest = Math.max(1, ...blocks.map((block) => block.seen_to_connected_ns ?? 0));
  return (
    <Panel title="Last blocks" span={8}>
      {blocks.length === 0 ? (
        <Absent>{NO_BLOCK_TEXT}</Absent>
      ) : (
        <>
          <Table
            columns={blockColumns(longest)}
            rows={blocks}
            keyOf={({ hash, time }) => `${hash} ${time}`}
            rowClass={({ stale }) => (stale ? "stale" : undefined)}
          />
          <StageKey />
        </>
      )}
    </Panel>
  );
}

function blockColumns(longest: number): readonly TableColumn<View["blocks"][number]>[] {
  const now = status.value?.now ?? 0;
  return [
    column("number", "height", (block) => (
      <>
        <StaleTag block={block} />
        <span>{count(block.height)}</span>
      </>
    )),
    column("number", "seen to connected", ({ seen_to_connected_ns: took }) =>
      took === null ? "not announced" : nanoseconds(took),
    ),
    column("bar", "stages", ({ parts }) => <StageBar parts={parts} longest={longest} />),
    column("number", "connecting", ({ block }) => nanoseconds(block?.duration_ns ?? null)),
    column("number", "transactions", ({ block }) => count(block?.transactions ?? null)),
    column("number", "ago", ({ connected_time }) => span(now - (connected_time ?? now))),
    column("mono", "hash", ({ hash }) => hashEnds(hash), { whole: ({ hash }) => hash ?? "" }),
  ];
}

function Coins({ coins }: View) {
  const { add, spent, uncache } = coins.changes;
  return (
    <Panel title="UTXO cache" span={6}>
      <dl class="figures">
        <Figure label="added" value={count(add.count)} note={amount(add.value)} />
        <Figure label="spent" value={count(spent.count)} note={amount(spent.value)} />
        <Figure label="uncached" value={count(uncache.count)} />
        <Figure label="flushes" value={count(coins.flushed)} />
      </dl>
      <CoinsChart height={140} />
      {coins.flushes.length > 0 && (
        <Table columns={FLUSH_COLUMNS} rows={coins.flushes} keyOf={({ time }) => time} />
      )}
    </Panel>
  );
}

const FLUSH_COLUMNS: readonly TableColumn<View["coins"]["flushes"][number]>[] = [
  column("text", "flushed", ({ time }) => clock(time)),
  column("text", "mode", ({ mode, forPrune }) => `${mode}${forPrune ? ", for pruning" : ""}`),
  column("number", "duration", (flush) => duration(flush.duration)),
  column("number", "coins", (flush) => count(flush.coins)),
  column("number", "memory", ({ memory }) => bytes(memory)),
];

function Tracing({ events, cost }: View) {
  return (
    <Panel title="Tracing" span={12}>
      <dl class="figures">
        <Figure label="events" value={count(events.delivered)} note={`${short(events.rate)}/s`} />
        <Figure label="lost" value={count(events.lost)} />
        <Figure label="cut" value={count(events.truncated)} />
        <Figure label="unreadable" value={count(events.unreadable)} />
        <Figure
          label="cost to the node"
          value={cost ? percent(cost.share) : "not measured"}
          note={
            cost
              ? `of a core, ${count(cost.nanosecondsPerHit)} ns per hit`
              : playback.value
                ? "known at the end of the recording"
                : "needs CAP_SYS_ADMIN"
          }
        />
      </dl>
      <Chart
        excerpt={chart.value}
        up={[{ label: "events", colour: "upkeep-0", column: "events.all" }]}
        format={perSecond}
        height={110}
        label={`${short(events.rate)} events per second`}
      />
      {events.losses.length > 0 && (
        <p class="losses">
          Lost: {events.losses.map(({ name, lost }) => `${count(lost)} of ${name}`).join(", ")}
        </p>
      )}
    </Panel>
  );
}
