/**
 * `npm run bench:hits`: what corelens costs, beside the other tracers that are installed here, in one run. It needs
 * root and a C compiler; it names and skips what else is missing. The figures are also written to bench/results/ as JSON.
 *
 *     --quick       fewer events and rounds
 *     --only NAME   one tracer (beside the floor), or `attach`, `list` or `trace`; can be given more than once
 *     --events N    events in a round
 */
import { parseArgs } from "node:util";
import { measureAttachTime } from "./attach-time.ts";
import { measureList, measureTrace } from "./command-time.ts";
import { goalsTable, type Measured } from "./goals.ts";
import { type HitCost, measureHitCost } from "./hit-cost.ts";
import { MACHINE_TEXT, saveResults } from "./machine.ts";
import { shown, table } from "./table.ts";
import { buildTarget, COIN_SHAPE, MESSAGE_SHAPE, SHAPES, type Shape } from "./target.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";
import { FLOOR, FLOOR_TRACER, TRACERS, type Tracer } from "./tracers.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    events: { type: "string" },
  },
});
const rounds = options.quick ? 3 : 5;
const events = Number(options.events ?? (options.quick ? 200_000 : 700_000));
const bitcoind = process.env.CORELENS_BITCOIND;

console.log(
  `${MACHINE_TEXT}\n${rounds} interleaved rounds of ${shown(events)} events; ` +
    'medians, and the tenth of the time that was disturbed least ("quiet")',
);
const goals: Measured = {};
const results = await inTemporaryDirectory(measureAll);
if (Object.keys(goals).length > 0) console.log(`\n${goalsTable(goals)}`);
console.log(`\n${saveResults("hits-", { events, rounds, ...results, goals })}`);

async function measureAll(directory: string): Promise<Record<string, object>> {
  const results: Record<string, object> = {};
  const path = await buildTarget(directory);
  const tracers = await usableTracers(directory);
  for (const shape of tracers.length > 0 ? SHAPES : []) {
    const measured = await measureHitCost(shape, tracers, { path, events, rounds, directory });
    console.log(`\n${shape.probe}\n${hitCostTable(measured)}`);
    results[shape.probe] = measured;
    addGoals(shape, measured);
  }
  if (isWanted("attach")) {
    const measured = await measureAttachTime(bitcoind);
    console.log(
      `\nattach to ${measured.tracepoints} tracepoints of ${measured.binary}: ${shown(measured.attachMs)} ms ` +
        `(the first time ${shown(measured.firstAttachMs)} ms), detach: ${shown(measured.detachMs)} ms`,
    );
    results.attach = measured;
    goals.attach = measured.attachMs;
  }
  if (isWanted("list")) {
    const measured = await measureList({ path, directory, bitcoind });
    console.log(
      `\ncorelens list of ${measured.binary}: ${shown(measured.listMs)} ms ` +
        `(starting Node.js takes ${shown(measured.nodeMs)} ms of it)`,
    );
    results.list = measured;
    goals.list = measured.listMs - measured.nodeMs;
  }
  if (isWanted("trace")) {
    const measured = await measureTrace(path);
    console.log(
      `\ncorelens trace: first event after ${shown(measured.firstEventMs)} ms, ` +
        `both processes use ${shown(measured.memory)} MB and ${shown(measured.buffers)} MB of the ring buffer`,
    );
    results.trace = measured;
    goals.firstEvent = measured.firstEventMs;
  }
  return results;
}

/** Ratios of medians. */
function addGoals(shape: Shape, measured: readonly HitCost[]): void {
  const costOf = (name: string) => measured.find(({ tracer }) => tracer === name);
  const floor = costOf(FLOOR)!.nsPerHit;
  const corelens = costOf("corelens");
  if (corelens) {
    const [hit, cpu] =
      shape === COIN_SHAPE ? (["coin", "coinCpu"] as const) : (["message", "messageCpu"] as const);
    goals[hit] = corelens.nsPerHit / floor;
    goals[cpu] = corelens.consumerSecondsPerMillion!;
  }
  const metrics = costOf("corelens metrics");
  if (metrics && shape === MESSAGE_SHAPE) goals.countedMessage = metrics.nsPerHit / floor - 1;
  const filter = costOf("corelens filter");
  if (filter) goals.filter = Math.max(goals.filter ?? 0, filter.nsPerHit / floor);
}

function isWanted(name: string): boolean {
  return options.only.length === 0 || options.only.some((only) => name.startsWith(only));
}

/** The wanted tracers that can run here, after the floor; prints why the others cannot. */
async function usableTracers(directory: string): Promise<Tracer[]> {
  const wanted = TRACERS.filter(({ name }) => name !== FLOOR && isWanted(name));
  if (wanted.length === 0) return [];
  const usable = [FLOOR_TRACER];
  for (const tracer of wanted) {
    const missing = tracer.missing() ?? (await buildFailure(tracer, directory));
    if (missing === null) usable.push(tracer);
    else console.log(`skipped: ${tracer.name} (${missing})`);
  }
  return usable;
}

/** Builds what the tracer needs. @returns why it cannot be built; null when it was */
async function buildFailure(tracer: Tracer, directory: string): Promise<string | null> {
  try {
    await tracer.prepare?.(directory);
    return null;
  } catch (error) {
    return `cannot be built: ${(error as Error).message}`;
  }
}

function hitCostTable(results: readonly HitCost[]): string {
  const floor = results.find(({ tracer }) => tracer === FLOOR)!;
  return table(
    [
      ...["tracer", "ns/hit", "× floor", "quiet", "× floor", "hits", "delivered", "lost"],
      ...["CPU s/M", "attach ms", "detach ms", "memory MB", "buffers MB"],
    ],
    results.map((result) => [
      ...[result.tracer, Math.round(result.nsPerHit)],
      (result.nsPerHit / floor.nsPerHit).toFixed(2),
      Math.round(result.nsPerHitQuiet),
      (result.nsPerHitQuiet / floor.nsPerHitQuiet).toFixed(2),
      ...[result.hits, result.delivered, result.lost, result.consumerSecondsPerMillion],
      ...[Math.round(result.attachMs), Math.round(result.detachMs)],
      ...[Math.round(result.memory), Math.round(result.buffers)],
    ]),
  );
}
