import type { CoinsView } from "../../../src/model/coins/coins.ts";
import type { Flush } from "../../../src/model/coins/flushes.ts";
import { counted } from "../../../src/text/counted.ts";
import { amount, bytes, clock, count, duration, short } from "../format.ts";
import { status, viewOf } from "../live.ts";
import { CoinsChart } from "../parts/charts.tsx";
import { Heading } from "../parts/heading.tsx";
import { Moments } from "../parts/moments.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { type TableColumn, VirtualTable } from "../parts/virtual-table.tsx";

export function Coins() {
  const view = viewOf("coins");
  if (!view) return <Waiting />;
  const { changes, flushed, flushes } = view;
  const { add, spent, uncache } = changes;
  const [last] = flushes;
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure
          label="added"
          value={count(add.count)}
          note={`${short(add.rate)}/s, ${amount(add.value)}`}
        />
        <Figure
          label="spent"
          value={count(spent.count)}
          note={`${short(spent.rate)}/s, ${amount(spent.value)}`}
        />
        <Figure label="uncached" value={count(uncache.count)} note={`${short(uncache.rate)}/s`} />
        <Figure label="flushes" value={count(flushed)} />
        {last && (
          <Figure
            label="cache at the last flush"
            value={bytes(last.memory)}
            note={`${coinsText(last.coins)}, ${clock(last.time)}`}
          />
        )}
      </dl>
      <Panel title="Coin cache changes per second" span={12}>
        <CoinsChart height={220} />
        <p class="key">
          The counts include temporary caches that Core creates for block templates and checks.
          Their sum is therefore not the size of the UTXO set.
        </p>
      </Panel>
      {flushes.length === 0 ? (
        <Panel title="Flushes to disk" span={12}>
          <Absent>
            The node did not flush its cache since tracing began. It flushes the cache about once an
            hour, and reports the size of the cache only then.
          </Absent>
        </Panel>
      ) : (
        <Flushes view={view} />
      )}
    </div>
  );
}

/** A colour for each flush mode, the most frequent one first. */
const COLOURS = ["blocks-0", "transactions-0", "addresses-0", "other-0", "upkeep-0"] as const;

function Flushes({ view: { flushes, modes } }: { readonly view: CoinsView }) {
  const now = status.value?.now ?? 0;
  const colourOf = (mode: string): string => {
    const place = modes.findIndex((each) => each.mode === mode);
    return COLOURS[place] ?? "upkeep-2";
  };
  const timed = flushes.filter((flush) => flush.duration !== null);
  const measured = flushes.filter((flush) => flush.memory !== null);
  const longest = Math.max(0, ...timed.map((flush) => flush.duration ?? 0));
  return (
    <>
      <Panel
        title="Flush durations"
        span={7}
        aside={`last ${counted(flushes.length, "flush", "flushes")}`}
      >
        <Moments
          moments={timed.map((flush) => ({
            time: flush.time,
            value: Math.max(0, flush.duration ?? 0),
            title: `${clock(flush.time)} ${flush.mode}: ${duration(flush.duration)}, ${coinsText(flush.coins)}`,
            colour: colourOf(flush.mode),
          }))}
          now={now}
          format={duration}
          label={`Durations of the last ${counted(timed.length, "flush", "flushes")}, at most ${duration(longest)}`}
        />
      </Panel>
      <Panel title="By mode" span={5}>
        <table>
          <thead>
            <tr>
              <Heading title="mode" />
              <Heading title="flushes" class="number" />
              <Heading title="median" class="number" />
              <Heading title="longest" class="number" />
            </tr>
          </thead>
          <tbody>
            {modes.map(({ mode, count: number, median, longest }) => (
              <tr key={mode}>
                <td>
                  <i class={`swatch ${colourOf(mode)}`} aria-hidden="true" />
                  {mode}
                </td>
                <td class="number">{count(number)}</td>
                <td class="number">{duration(median)}</td>
                <td class="number">{duration(longest)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title="Cache memory at each flush" span={7}>
        <Moments
          moments={measured.map((flush) => ({
            time: flush.time,
            value: Math.max(0, flush.memory ?? 0),
            title: `${clock(flush.time)}: ${bytes(flush.memory)}, ${coinsText(flush.coins)}`,
            colour: "transactions-0",
          }))}
          now={now}
          format={bytes}
          label={`Cache memory at the last ${counted(measured.length, "flush", "flushes")}`}
          isLevel
        />
        <p class="key">Between flushes, the size of the cache is unknown.</p>
      </Panel>
      <Panel title="Coins in the cache at each flush" span={5}>
        <Moments
          moments={flushes.map((flush) => ({
            time: flush.time,
            value: Math.max(0, flush.coins ?? 0),
            title: `${clock(flush.time)}: ${coinsText(flush.coins)}`,
            colour: "blocks-1",
          }))}
          now={now}
          format={(value) => short(value)}
          label={`Coins in the cache at the last ${counted(flushes.length, "flush", "flushes")}`}
          isLevel
        />
      </Panel>
      <Panel title="Flushes to disk" span={12}>
        <VirtualTable
          label="Flushes to disk"
          rows={flushes}
          keyOf={({ number }) => number}
          numberOf={({ number }) => number}
          columns={COLUMNS}
        />
      </Panel>
    </>
  );
}

function coinsText(coins: number | null): string {
  return coins === null ? "– coins" : counted(coins, "coin");
}

const COLUMNS: readonly TableColumn<Flush>[] = [
  { name: "time", title: "time", width: 10, kind: "text", cell: ({ time }) => clock(time) },
  { name: "mode", title: "mode", width: 16, kind: "text", cell: ({ mode }) => mode },
  {
    name: "prune",
    title: "for pruning",
    width: 12,
    kind: "text",
    cell: ({ forPrune }) => (forPrune === null ? "–" : forPrune ? "yes" : "no"),
  },
  { name: "coins", title: "coins", width: 14, kind: "number", cell: ({ coins }) => count(coins) },
  {
    name: "memory",
    title: "memory",
    width: 12,
    kind: "number",
    cell: ({ memory }) => bytes(memory),
  },
  {
    name: "duration",
    title: "duration",
    width: 12,
    kind: "number",
    cell: (flush) => duration(flush.duration),
  },
];
