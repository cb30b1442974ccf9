/**
 * `npm run bench:history`: what a kept day costs and how fast it answers. A simulated node's day is kept at once in a
 * state directory, as the dashboard keeps it; then it is asked for charts, transactions and messages.
 *
 *     --hours N      how long the day is; 24 by default
 *     --messages N   messages of the recording that SQL is asked about; 20 million by default
 *     --quick        half an hour, a million messages
 *
 * The figures are also written to bench/results/ as JSON.
 */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { RawEvent } from "#src/event/event.js";
import { NodeModel } from "#src/model/node-model.js";
import { layoutsOf } from "#src/simulate/layouts.js";
import { simulate } from "#src/simulate/simulation.js";
import { Database, quoted } from "#src/store/database.js";
import { Keeper } from "#src/store/keeper.js";
import { restore } from "#src/store/restore.js";
import { SqlSession } from "#src/store/sql-session.js";
import { StateDirectory } from "#src/store/state-directory.js";
import { Store } from "#src/store/store.js";
import { median } from "#src/util/statistics.js";
import { goalsTable, type Measured } from "./goals.ts";
import { MACHINE_TEXT, saveResults } from "./machine.ts";
import { shown } from "./table.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const { values: options } = parseArgs({
  options: {
    hours: { type: "string", default: "24" },
    messages: { type: "string", default: "20000000" },
    quick: { type: "boolean", default: false },
  },
});
const HOURS = options.quick ? 0.5 : Number(options.hours);
const MESSAGES = options.quick ? 1_000_000 : Number(options.messages);
const LOOKUPS = 20;
const GB = 2 ** 30;
const LIMITS = { memoryMb: 1024, timeoutMs: 600_000 };

console.log(`${MACHINE_TEXT}\na simulated node's ${shown(HOURS)} hours`);
const figures = await inTemporaryDirectory(measure);
const goals: Measured = {
  historyCharts: figures.chartMs,
  historyTransaction: figures.transactionMs,
  historyGroupBy: figures.groupByMs / 1000,
};
console.log(`
kept ${shown(figures.events)} events, ${shown(figures.transactions)} changes of transactions: ${shown(figures.bytes / 1e6)} MB in ${figures.files} files
keeping took ${shown(figures.keepCpuSeconds)} s of CPU time, the model and the simulation ${shown(figures.otherCpuSeconds)} s
a restart reads its charts in ${shown(figures.restoreMs)} ms
the largest file has ${shown(figures.largest / 1e6)} MB

${goalsTable(goals)}

${saveResults("history-", { hours: HOURS, messages: MESSAGES, ...figures, goals })}`);

async function measure(directory: string) {
  const state = join(directory, "state");
  mkdirSync(state);
  const kept = await keepDay(state);
  const sizes = filesBelow(join(state, "tables")).map((path) => statSync(path).size);
  const begin = performance.now();
  await restore(new NodeModel(kept.end), new StateDirectory(state));
  const restoreMs = performance.now() - begin;
  return {
    ...kept,
    restoreMs,
    files: sizes.length,
    bytes: sizes.reduce((a, b) => a + b),
    largest: Math.max(...sizes),
    ...(await ask(state)),
    groupByMs: await groupMessages(directory),
  };
}

/** Events as a session delivers them, from now minus the day's length on. */
function* eventsOfDay(): Generator<RawEvent> {
  const begin = Date.now() - HOURS * 3_600_000;
  for (const { at, tracepoint, args } of simulate({ seed: 1, release: 31 })) {
    if (at > HOURS * 3_600_000) return;
    const { payload: _, ...fields } = args;
    const head = { tracepoint, time: begin + at, ktime: Math.round(at * 1e6), tid: 7 };
    yield { ...head, thread: "b-msghand", cpu: 0, pid: 42, ...fields };
  }
}

/** Keeps the day; CPU time apart for what a dashboard does anyway. */
async function keepDay(state: string) {
  const kinds = [...layoutsOf(31)].map(([name, fields]) => ({ name, fields }));
  let end = 0;
  const run = async (store: Store | null) => {
    const cpu = process.cpuUsage();
    let events = 0;
    let model: NodeModel | undefined;
    let keeper: Keeper | undefined;
    for (const event of eventsOfDay()) {
      if (model === undefined) {
        model = new NodeModel(event.time);
        model.learn(kinds);
        keeper = store ? new Keeper(store, model) : undefined;
      }
      const { second } = model;
      model.see(event);
      keeper?.see([event]);
      events++;
      end = event.time;
      if (model.second === second) continue;
      keeper?.tick(model);
      // Live, the disk has a second for this.
      await store?.settled();
    }
    if (model) await keeper?.close(model);
    const { user, system } = process.cpuUsage(cpu);
    return { events, seconds: (user + system) / 1e6 };
  };
  const otherwise = await run(null);
  const store = await Store.open(state, { maxBytes: 20 * GB, clock: () => end });
  const { events, seconds } = await run(store);
  return {
    ...{ events, end, otherCpuSeconds: otherwise.seconds },
    keepCpuSeconds: seconds - otherwise.seconds,
  };
}

async function ask(state: string) {
  const session = await SqlSession.open(
    { state: new StateDirectory(state), events: null, written: null },
    LIMITS,
  );
  const rows = async (sql: string): Promise<readonly (readonly unknown[])[]> => {
    const all: (readonly unknown[])[] = [];
    for await (const chunk of (await session.query(sql)).rows) all.push(...chunk);
    return all;
  };
  const time = async (sql: string): Promise<number> => {
    const begin = performance.now();
    await rows(sql);
    return performance.now() - begin;
  };
  const [[transactions]] = (await rows("select count(*) from transactions")) as [[number]];
  const picked = await rows(`select txid from transactions using sample ${LOOKUPS} rows`);
  const lookups: number[] = [];
  for (const [txid] of picked) {
    lookups.push(await time(`from transactions where txid = ${quoted(String(txid))}`));
  }
  const charts: number[] = [];
  for (let i = 0; i < 5; i++) {
    charts.push(
      await time(
        `select time_bucket(interval '2 minutes', time) as begin, sum(sum), min(min), max(max)
        from charts_10s where name = 'messages.in.count.inv' group by all order by begin`,
      ),
    );
  }
  session.close();
  return { transactions, transactionMs: median(lookups), chartMs: median(charts) };
}

/** The median time of a group-by over a recording's messages, as `corelens sql --from` has them. */
async function groupMessages(directory: string): Promise<number> {
  const events = join(directory, "events");
  mkdirSync(events);
  const file = join(events, "net.inbound_message.parquet");
  const database = await Database.open({ memoryMb: 1024, threads: 2, temporary: null });
  await database.run(
    `copy (select now() as time, range % 200 as peer_id, ['inv', 'tx', 'ping', 'headers', 'addrv2'][(1 + hash(range) % 5)::int] as msg_type,
      (hash(range) % 5000)::bigint as size from range(${MESSAGES})) to ${quoted(file)} (format parquet)`,
  );
  database.close();
  const session = await SqlSession.open({ state: null, events, written: null }, LIMITS);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const begin = performance.now();
    const sql =
      "select peer_id, msg_type, count(*), sum(size) from net.inbound_message group by all";
    for await (const _ of (await session.query(sql)).rows);
    times.push(performance.now() - begin);
  }
  session.close();
  return median(times);
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}
