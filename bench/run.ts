/**
 * `npm run bench`: every figure that has a goal, measured in one run, with its verdict. Each stage is a benchmark of its
 * own; a stage that lacks something here is named and skipped.
 *
 *     --quick       fewer events, rounds and minutes
 *     --only NAME   one stage, or one part of the stage `hits` (a tracer, `attach`, `list`, `trace`); repeatable
 *     --events N    events in a round of the stage `hits`
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inRepository } from "../scripts/repository.ts";
import { goalsTable, type Measured, unmeasuredTable } from "./goals.ts";
import { missingBrowser } from "./visitor.ts";

interface Stage {
  /** Also of its script. */
  readonly name: string;
  /** Why it cannot run here; null when it can. */
  missing(): string | null;
  readonly options: readonly string[];
  readonly quickOptions: readonly string[];
}

const variable = (name: string) => () =>
  process.env[name] ? null : `set ${name} to the path of a node's binary`;

const STAGES: readonly Stage[] = [
  { name: "hits", missing: () => null, options: [], quickOptions: ["--quick"] },
  {
    name: "dashboard",
    missing: missingBrowser,
    options: ["--minutes", "5", "--no-hits"],
    quickOptions: ["--quick", "--no-hits"],
  },
  { name: "history", missing: () => null, options: [], quickOptions: ["--quick"] },
  {
    name: "sources",
    missing: variable("CORELENS_IPC_NODE"),
    options: [],
    quickOptions: ["--rounds", "3"],
  },
  {
    name: "reindex",
    missing: variable("CORELENS_BITCOIND"),
    options: [],
    quickOptions: ["--quick"],
  },
];

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    events: { type: "string" },
  },
});
const stageNames = STAGES.map(({ name }) => name);
const wantedStages = options.only.filter((name) => stageNames.includes(name));
const parts = options.only.filter((name) => !stageNames.includes(name));

const measured: Measured = {};
for (const stage of STAGES.filter(isWanted)) {
  const missing = stage.missing();
  console.log(missing === null ? `\n== ${stage.name}\n` : `\n== ${stage.name} skipped: ${missing}`);
  if (missing === null) Object.assign(measured, await runStage(stage));
}
console.log(`\n${goalsTable(measured)}`);
if (options.only.length === 0) console.log(`\n${unmeasuredTable(measured)}`);

function isWanted({ name }: Stage): boolean {
  if (options.only.length === 0) return true;
  return wantedStages.includes(name) || (name === "hits" && parts.length > 0);
}

async function runStage({ name, options: full, quickOptions }: Stage): Promise<Measured> {
  const further = name === "hits" ? hitsOptions() : [];
  const script = inRepository(`build/bench/${name}.js`);
  const before = new Set(results(name));
  const args = [script, ...(options.quick ? quickOptions : full), ...further];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  await once(child, "exit");
  const file = results(name).find((each) => !before.has(each));
  if (file === undefined) return {};
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly goals: Measured }).goals;
}

function hitsOptions(): string[] {
  const events = options.events === undefined ? [] : ["--events", options.events];
  return [...parts.flatMap((part) => ["--only", part]), ...events];
}

function results(stage: string): string[] {
  const folder = inRepository("bench/results/");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${stage}-`))
    .map((name) => folder + name);
}
