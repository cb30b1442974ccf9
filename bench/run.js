/**
 * `npm run bench`: what corelens costs, beside the other tracers that are installed here, in one run. It needs root
 * and a C compiler; what else is missing is skipped and named. Figures also go to bench/results/ as JSON.
 *
 *     --quick       fewer events and rounds
 *     --only NAME   one tracer (beside the floor), or `attach`, `list` or `trace`; can be given more than once
 *     --events N    events a round
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureAttachTime } from "./attach-time.js";
import { measureList, measureTrace } from "./command-time.js";
import { measureHitCost } from "./hit-cost.js";
import { shown, table } from "./table.js";
import { buildTarget, SHAPES } from "./target.js";
import { FLOOR, TRACERS } from "./tracers.js";

/** @typedef {import("./tracers.js").Tracer} Tracer */

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
const machine = {
  kernel: release(),
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
  node: process.version,
};

/** @param {string} name */
const isWanted = (name) =>
  options.only.length === 0 || options.only.some((only) => name.startsWith(only));

/**
 * Those that are wanted and can run here; says of the others why not.
 * @param {string} directory
 * @returns {Promise<Tracer[]>}
 */
async function usableTracers(directory) {
  const wanted = TRACERS.filter(({ name }) => name !== FLOOR && isWanted(name));
  if (wanted.length === 0) return [];
  const usable = TRACERS.filter(({ name }) => name === FLOOR);
  for (const tracer of wanted) {
    const missing = tracer.missing() ?? (await unbuilt(tracer, directory));
    if (missing === null) usable.push(tracer);
    else console.log(`skipped: ${tracer.name} (${missing})`);
  }
  return usable;
}

/**
 * @param {Tracer} tracer
 * @param {string} directory
 * @returns {Promise<string | null>} why what it needs cannot be built here, or null when it was
 */
async function unbuilt(tracer, directory) {
  try {
    await tracer.prepare?.(directory);
    return null;
  } catch (error) {
    return `cannot be built: ${error.message}`;
  }
}

/** @param {Awaited<ReturnType<typeof measureHitCost>>} results */
function hitCostTable(results) {
  const floor = results.find(({ tracer }) => tracer === FLOOR);
  return table(
    [
      "tracer",
      "ns/hit",
      "× floor",
      "quiet",
      "× floor",
      "hits",
      "delivered",
      "lost",
      "CPU s/M",
      "attach ms",
      "detach ms",
      "memory MB",
      "buffers MB",
    ],
    results.map((result) => [
      result.tracer,
      Math.round(result.nsPerHit),
      (result.nsPerHit / floor.nsPerHit).toFixed(2),
      Math.round(result.nsPerHitQuiet),
      (result.nsPerHitQuiet / floor.nsPerHitQuiet).toFixed(2),
      result.hits,
      result.delivered,
      result.lost,
      result.consumerSecondsPerMillion,
      Math.round(result.attachMs),
      Math.round(result.detachMs),
      Math.round(result.memory),
      Math.round(result.buffers),
    ]),
  );
}

const directory = mkdtempSync(join(tmpdir(), "corelens-bench-"));
/** @type {Record<string, unknown>} */
const results = { date: new Date().toISOString(), machine, events, rounds };
try {
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}\n` +
      `${rounds} interleaved rounds of ${shown(events)} events; medians, and the tenth of the time that was disturbed least ("quiet")`,
  );
  const path = await buildTarget(directory);
  const tracers = await usableTracers(directory);
  for (const shape of tracers.length > 0 ? SHAPES : []) {
    const measured = await measureHitCost(shape, tracers, { path, events, rounds, directory });
    console.log(`\n${shape.probe}\n${hitCostTable(measured)}`);
    results[shape.probe] = measured;
  }
  if (isWanted("attach")) {
    const measured = await measureAttachTime(bitcoind);
    console.log(
      `\nattach to ${measured.tracepoints} tracepoints of ${measured.binary}: ${shown(measured.attachMs)} ms ` +
        `(the first time ${shown(measured.firstAttachMs)} ms), detach: ${shown(measured.detachMs)} ms`,
    );
    results.attach = measured;
  }
  if (isWanted("list")) {
    const measured = await measureList({ path, directory, bitcoind });
    console.log(
      `\ncorelens list of ${measured.binary}: ${shown(measured.listMs)} ms ` +
        `(of which Node's start ${shown(measured.nodeMs)} ms)`,
    );
    results.list = measured;
  }
  if (isWanted("trace")) {
    const measured = await measureTrace(path);
    console.log(
      `\ncorelens trace: first event after ${shown(measured.firstEventMs)} ms, ` +
        `both processes use ${shown(measured.memory)} MB and ${shown(measured.buffers)} MB of the ring buffer`,
    );
    results.trace = measured;
  }
} finally {
  rmSync(directory, { recursive: true });
}
const folder = fileURLToPath(new URL("results/", import.meta.url));
mkdirSync(folder, { recursive: true });
const file = join(folder, `${String(results.date).replaceAll(":", "-")}.json`);
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
console.log(`\n${file}`);
