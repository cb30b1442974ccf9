import type { CoinsView } from "../../../src/model/coins/coins.ts";
import type { Flush } from "../../../src/model/coins/flushes.ts";
import { counted } from "../../../src/text/counted.ts";
import { amount, bytes, clock, count, duration, short } from "../format.ts";
import { status, viewOf } from "../live.ts";
import { CoinsChart } from "../parts/charts.tsx";
import { Moments } from "../parts/moments.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { column, Table, type TableColumn } from "../parts/table.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";

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
        <Table columns={modeColumns(colourOf)} rows={modes} keyOf={({ mode }) => mode} />
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

function modeColumns(
  colourOf: (mode: string) => string,
): readonly TableColumn<CoinsView["modes"][number]>[] {
  return [
    column("text", "mode", ({ mode }) => (
      <>
        <i class={`swatch ${colourOf(mode)}`} aria-hidden="true" />
        {mode}
      </>
    )),
    column("number", "flushes", ({ count: number }) => count(number)),
    column("number", "median", ({ median }) => duration(median)),
    column("number", "longest", ({ longest }) => duration(longest)),
  ];
}

const COLUMNS: readonly TableColumn<Flush>[] = [
  column("text", "time", ({ time }) => clock(time)),
  column("text", "mode", ({ mode }) => mode, { width: 16 }),
  column("text", "for pruning", ({ forPrune }) => pruneText(forPrune), { width: 12 }),
  column("number", "coins", ({ coins }) => count(coins), { width: 14 }),
  column("number", "memory", ({ memory }) => bytes(memory), { width: 12 }),
  column("number", "duration", (flush) => duration(flush.duration), { width: 12 }),
];

function pruneText(isForPruning: boolean | null): string {
  if (isForPruning === null) return "–";
  return isForPruning ? "yes" : "no";
}
