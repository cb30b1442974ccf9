import type { Sections } from "../../../src/picture/picture.ts";
import {
  amount,
  bytes,
  clock,
  count,
  duration,
  hashEnds,
  mark,
  percent,
  printable,
  short,
  span,
} from "../format.ts";
import { chart, playback, status, viewOf } from "../live.ts";
import { Chart } from "../parts/chart.tsx";
import { CoinsChart, MempoolChart } from "../parts/charts.tsx";
import { Mark } from "../parts/mark.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";
import { Traffic } from "../parts/traffic.tsx";

type View = Sections["overview"];

export function Overview() {
  const view = viewOf("overview");
  return (
    <div class="grid">
      <Health />
      {view && (
        <>
          <Traffic {...view} />
          <Mempool {...view} />
          <Blocks {...view} />
          <Coins {...view} />
          <Tracing {...view} />
        </>
      )}
    </div>
  );
}

function Health() {
  const now = status.value;
  if (!now) return <p class="waiting">Connecting …</p>;
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

function Mempool({ mempool, mempoolSays }: View) {
  const removed = mempool.removed.reduce((sum, [, number]) => sum + number, 0);
  const rejected = mempool.rejected.reduce((sum, [, number]) => sum + number, 0);
  const { feerates } = mempool;
  return (
    <Panel title="Mempool" span={6}>
      <dl class="figures">
        {mempoolSays && <Figure label="transactions" value={count(mempoolSays.transactions)} />}
        <Figure label="added" value={count(mempool.added)} note={`${short(mempool.addedRate)}/s`} />
        <Figure label="removed" value={count(removed)} note={reasons(mempool.removed)} />
        <Figure label="replaced" value={count(mempool.replaced)} />
        <Figure label="rejected" value={count(rejected)} />
        {feerates && (
          <Figure
            label="feerate added, sat/vB"
            value={short(feerates.median)}
            note={`${short(feerates.low)} to ${short(feerates.high)}`}
          />
        )}
      </dl>
      <MempoolChart height={130} />
    </Panel>
  );
}

function reasons(counts: View["mempool"]["removed"]): string {
  return counts
    .slice(0, 2)
    .map(([reason, number]) => `${count(number)} ${printable(reason)}`)
    .join(", ");
}

function Blocks({ blocks }: View) {
  const longest = Math.max(1, ...blocks.map(({ duration }) => duration ?? 0));
  const now = status.value?.now ?? 0;
  return (
    <Panel title="Last blocks" span={6}>
      {blocks.length === 0 ? (
        <Absent>No block was connected since tracing began.</Absent>
      ) : (
        <table>
          <thead>
            <tr>
              <th class="number">height</th>
              <th>hash</th>
              <th class="number">transactions</th>
              <th class="number">inputs</th>
              <th colSpan={2}>connected in</th>
              <th class="number">ago</th>
            </tr>
          </thead>
          <tbody>
            {blocks.map((block) => (
              <tr key={block.hash}>
                <td class="number">{count(block.height)}</td>
                <td class="mono" title={block.hash ?? ""}>
                  {hashEnds(block.hash)}
                </td>
                <td class="number">{count(block.transactions)}</td>
                <td class="number">{count(block.inputs)}</td>
                <td class="number">{duration(block.duration)}</td>
                <td class="bar">
                  <meter
                    class="blocks"
                    min={0}
                    max={longest}
                    value={block.duration ?? 0}
                    aria-hidden="true"
                  />
                </td>
                <td class="number">{span(now - block.time)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
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
      <CoinsChart height={110} />
      {coins.flushes.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>flushed</th>
              <th>mode</th>
              <th class="number">took</th>
              <th class="number">coins</th>
              <th class="number">memory</th>
            </tr>
          </thead>
          <tbody>
            {coins.flushes.map((flush) => (
              <tr key={flush.time}>
                <td>{clock(flush.time)}</td>
                <td>
                  {flush.mode}
                  {flush.forPrune ? ", for pruning" : ""}
                </td>
                <td class="number">{duration(flush.duration)}</td>
                <td class="number">{count(flush.coins)}</td>
                <td class="number">{bytes(flush.memory)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Tracing({ events, cost }: View) {
  return (
    <Panel title="Tracing" span={6}>
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
              ? `of a core, ${count(cost.nanosecondsPerHit)} ns a hit`
              : playback.value
                ? "known at its end"
                : "it needs CAP_SYS_ADMIN"
          }
        />
      </dl>
      <Chart
        excerpt={chart.value}
        up={[{ label: "events", colour: "upkeep-0", column: "events.all" }]}
        format={(value) => `${mark(value)}/s`}
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
