import type { Sections } from "../../../src/picture/picture.ts";
import { byFamily, colourOf } from "../colours.ts";
import {
  amount,
  byteMark,
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
import { type Area, Chart } from "../parts/chart.tsx";
import { Choice } from "../parts/choice.tsx";
import { Mark, TypeName } from "../parts/mark.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";
import { choose, chosen } from "../route.ts";

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

const UNITS = [
  ["bytes", "bytes"],
  ["count", "messages"],
] as const;

/** Types that are drawn apart; the rest is one area. */
const MOST_AREAS = 9;

function Traffic({ traffic }: View) {
  const unit = chosen("traffic") === "count" ? "count" : "bytes";
  const types = traffic.types.map(({ type }) => type);
  const drawn = types.slice(0, MOST_AREAS).sort(byFamily);
  const areas = (direction: "in" | "out"): Area[] =>
    drawn.map((type) => ({
      label: type,
      colour: colourOf(type),
      column: `messages.${direction}.${unit}.${type}`,
    }));
  const sum = (direction: "in" | "out"): number =>
    traffic.types.reduce(
      (total, flows) => total + flows[direction][unit === "bytes" ? "byteRate" : "countRate"],
      0,
    );
  const format = (value: number): string =>
    unit === "bytes" ? `${bytes(value)}/s` : `${short(value)}/s`;
  const label = `Messages by type: ${format(sum("in"))} inbound, ${format(sum("out"))} outbound`;
  return (
    <>
      <Panel
        title="P2P traffic"
        span={8}
        aside={
          <Choice
            label="Unit of traffic"
            options={UNITS}
            value={unit}
            onChoose={(name) => choose("traffic", name === "bytes" ? null : name)}
          />
        }
      >
        <p class="direction">
          ← inbound <b>{format(sum("in"))}</b>
        </p>
        <Chart
          excerpt={chart.value}
          up={areas("in")}
          down={areas("out")}
          format={unit === "bytes" ? byteMark : (value) => `${mark(value)}/s`}
          height={296}
          label={label}
        />
        <p class="direction">
          → outbound <b>{format(sum("out"))}</b>
        </p>
      </Panel>
      <Panel title="Messages by type" span={4}>
        {types.length === 0 ? (
          <Absent>No message was seen yet.</Absent>
        ) : (
          <Types traffic={traffic} />
        )}
      </Panel>
    </>
  );
}

const MOST_TYPES = 14;

function Types({ traffic }: Pick<View, "traffic">) {
  const types = traffic.types.slice(0, MOST_TYPES);
  return (
    <table>
      <thead>
        <tr>
          <th>type</th>
          <th class="number">← in</th>
          <th class="number">→ out</th>
          <th class="number">← bytes</th>
          <th class="number">→ bytes</th>
        </tr>
      </thead>
      <tbody>
        {types.map((flow) => (
          <tr key={flow.type}>
            <td>
              <TypeName type={printable(flow.type)} colour={colourOf(flow.type)} />
            </td>
            <td class="number">{count(flow.in.count)}</td>
            <td class="number">{count(flow.out.count)}</td>
            <td class="number">{bytes(flow.in.bytes)}</td>
            <td class="number">{bytes(flow.out.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
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
      <Chart
        excerpt={chart.value}
        up={[{ label: "added", colour: "transactions-0", column: "mempool.added" }]}
        down={[
          { label: "removed", colour: "transactions-2", column: "mempool.removed" },
          { label: "rejected", colour: "problem", column: "mempool.rejected" },
        ]}
        format={(value) => `${mark(value)}/s`}
        height={130}
        label={`${mempool.added} transactions added, ${removed} removed, ${rejected} rejected`}
      />
      <p class="key">
        <i class="swatch transactions-0" /> added <i class="swatch transactions-2" /> removed{" "}
        <i class="swatch problem" /> rejected
      </p>
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
      <Chart
        excerpt={chart.value}
        up={[{ label: "added", colour: "blocks-0", column: "coins.add" }]}
        down={[
          { label: "spent", colour: "blocks-2", column: "coins.spent" },
          { label: "uncached", colour: "other-0", column: "coins.uncache" },
        ]}
        format={(value) => `${mark(value)}/s`}
        height={110}
        label={`${add.count} coins added, ${spent.count} spent`}
      />
      <p class="key">
        <i class="swatch blocks-0" /> added <i class="swatch blocks-2" /> spent{" "}
        <i class="swatch other-0" /> uncached, temporary caches included
      </p>
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
