import { shown, table } from "./table.ts";

/** What corelens must reach, as data: each benchmark compares its figures with the goals that it measures. */
interface Goal {
  readonly what: string;
  readonly unit: string;
  readonly goal: number;
  /** The best that seems possible. */
  readonly moonshot?: number;
  /** The figure must be at least the goal; at most, if undefined. */
  readonly atLeast?: true;
  /** The command that measures it alone. */
  readonly command: string;
}

const HITS = "npm run bench -- --only corelens";
const DASHBOARD = "npm run bench:dashboard";
const SOURCES = "npm run bench:sources";
const HISTORY = "npm run bench:history";
const REINDEX = "npm run bench:reindex";

const all = <Name extends string>(goals: Readonly<Record<Name, Goal>>) => goals;

export const GOALS = all({
  coin: {
    ...{ what: "utxocache:add, streamed and decoded", unit: "× floor", command: HITS },
    ...{ goal: 1.25, moonshot: 1.15 },
  },
  message: {
    ...{ what: "net:inbound_message, streamed and decoded", unit: "× floor", command: HITS },
    ...{ goal: 1.5, moonshot: 1.35 },
  },
  countedMessage: {
    ...{ what: "counting messages for metrics, above the floor", unit: "× floor", command: HITS },
    ...{ goal: 0.2, moonshot: 0.12 },
  },
  filter: {
    ...{ what: "a filter that drops every event", unit: "× floor", command: HITS },
    ...{ goal: 1.03, moonshot: 1 },
  },
  coinCpu: {
    ...{ what: "consumer, a million utxocache:add", unit: "CPU s", command: HITS },
    ...{ goal: 0.12, moonshot: 0.08 },
  },
  messageCpu: {
    ...{ what: "consumer, a million net:inbound_message", unit: "CPU s", command: HITS },
    ...{ goal: 0.15, moonshot: 0.1 },
  },
  attach: {
    ...{ what: "attach to the tracepoints of a node", unit: "ms" },
    ...{ goal: 30, moonshot: 20, command: "npm run bench -- --only attach" },
  },
  firstEvent: {
    ...{ what: "first event of corelens trace", unit: "ms" },
    ...{ goal: 200, moonshot: 120, command: "npm run bench -- --only trace" },
  },
  list: {
    ...{ what: "corelens list of 50 MB, above the start of Node.js", unit: "ms" },
    ...{ goal: 20, moonshot: 8, command: "npm run bench -- --only list" },
  },
  load: {
    ...{ what: "dashboard: events under the full load", unit: "events/s", command: DASHBOARD },
    ...{ goal: 23_000, atLeast: true },
  },
  server: {
    ...{ what: "dashboard: server", unit: "% of a core", goal: 15, command: DASHBOARD },
  },
  serverMemory: {
    ...{ what: "dashboard: worker's anonymous memory, maximum", unit: "MB", command: DASHBOARD },
    ...{ goal: 90, moonshot: 60 },
  },
  serverGrowth: {
    ...{ what: "dashboard: worker's memory, last quarter to first", unit: "×", command: DASHBOARD },
    ...{ goal: 1.1, moonshot: 1 },
  },
  pageGrowth: {
    ...{ what: "dashboard: page's memory, last quarter to first", unit: "×", command: DASHBOARD },
    ...{ goal: 1.1, moonshot: 1 },
  },
  paint: { what: "dashboard: first paint", unit: "ms", goal: 500, command: DASHBOARD },
  bundle: { what: "dashboard: bundle, compressed", unit: "kB", goal: 140, command: DASHBOARD },
  scrape: {
    ...{ what: "/metrics with some 200 peers, under the full load", unit: "ms" },
    ...{ goal: 4, moonshot: 2, command: DASHBOARD },
  },
  peersPage: {
    ...{ what: "WebSocket, page Peers", unit: "kB/s", command: DASHBOARD },
    ...{ goal: 60, moonshot: 20 },
  },
  blocksPage: {
    ...{ what: "WebSocket, page Blocks", unit: "kB/s", command: DASHBOARD },
    ...{ goal: 60, moonshot: 20 },
  },
  mempoolPage: {
    ...{ what: "WebSocket, page Mempool", unit: "kB/s", command: DASHBOARD },
    ...{ goal: 60, moonshot: 20 },
  },
  historyCharts: {
    ...{ what: "history: a chart's last day", unit: "ms", goal: 100, command: HISTORY },
  },
  historyTransaction: {
    ...{ what: "history: a transaction in a day of them", unit: "ms", goal: 50, command: HISTORY },
  },
  historyGroupBy: {
    ...{ what: "SQL: a group-by over 20 million messages", unit: "s", goal: 2, command: HISTORY },
  },
  lost: { what: "dashboard: events lost", unit: "events", goal: 0, command: DASHBOARD },
  reconnectStreaming: {
    ...{ what: "two blocks reconnected, all tracepoints streamed", unit: "× untraced" },
    ...{ goal: 1.45, command: SOURCES },
  },
  reconnectCounting: {
    ...{ what: "two blocks reconnected, coins counted", unit: "× untraced" },
    ...{ goal: 1.2, command: SOURCES },
  },
  reindexStreaming: {
    ...{ what: "-reindex-chainstate, all tracepoints streamed", unit: "× an empty program" },
    ...{ goal: 1.05, moonshot: 1.02, command: REINDEX },
  },
});

export type GoalName = keyof typeof GOALS;
export type Measured = Partial<Record<GoalName, number>>;

/** One row for each measured goal, in the order of the goals. */
export function goalsTable(measured: Measured): string {
  const names = (Object.keys(GOALS) as GoalName[]).filter((name) => measured[name] !== undefined);
  return table(
    ["figure", "measured", "unit", "goal", "moonshot", "verdict"],
    names.map((name) => {
      const { what, unit, goal, moonshot = null } = GOALS[name];
      return [what, measured[name]!, unit, goal, moonshot, verdict(GOALS[name], measured[name]!)];
    }),
  );
}

/** The goals that were not measured, with the command for each. */
export function unmeasuredTable(measured: Measured): string {
  const goals = (Object.keys(GOALS) as GoalName[]).filter((name) => measured[name] === undefined);
  return table(
    ["not measured", "command"],
    goals.map((name) => [GOALS[name].what, GOALS[name].command]),
  );
}

function verdict({ goal, moonshot, atLeast }: Goal, value: number): string {
  if (atLeast) return value >= goal ? "met" : `MISSED by ${percent(1 - value / goal)}`;
  if (moonshot !== undefined && value <= moonshot) return "met, moonshot too";
  if (value <= goal) return "met";
  return `MISSED by ${goal === 0 ? shown(value) : percent(value / goal - 1)}`;
}

function percent(share: number): string {
  return `${shown(Math.round(share * 100))} %`;
}
