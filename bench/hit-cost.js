/**
 * What a hit of a tracepoint costs the traced program, and what its tracer spends, for several tracers in turn.
 *
 * Rounds are interleaved (floor, corelens, libbpf, …, floor, corelens, …) so that whatever else the machine does
 * hits all alike, and of all chunks of all rounds the median counts. Each round starts the program and the tracer
 * anew, waits until the program sees that it is attached, warms up, hits in a tight loop, and stops the tracer.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mean, median, quantile, sum } from "./statistics.js";
import { Target } from "./target.js";
import { FLOOR } from "./tracers.js";
import { cpuSeconds, memoryOf } from "./usage.js";

/**
 * @typedef {import("./target.js").Shape} Shape
 * @typedef {import("./tracers.js").Tracer} Tracer
 *
 * @typedef {object} Round
 * @property {number[]} chunks nanoseconds a hit
 * @property {number} hits all that were made, warm-up included
 * @property {number | null} delivered
 * @property {number} consumerSeconds CPU time that the tracer spent on the hits after the warm-up
 * @property {number} attachMs from the start of the tracer's process until the program is attached
 * @property {number} detachMs from asking it to stop until the program is not attached any more
 * @property {number} memory MB, without `buffers`
 * @property {number} buffers MB shared with the kernel
 *
 * @typedef {object} HitCostOptions
 * @property {string} path the traced program
 * @property {number} events a round
 * @property {number} rounds
 * @property {string} directory for the tracers' output
 */

/** Of a machine that is busy with other things too, the tenth of the chunks that these disturbed least. */
const QUIET_QUANTILE = 0.1;
/** Enough for a just-in-time compiler to be done. */
const WARM_UP = 300_000;
/** A tracer may connect its program a little after the breakpoint. */
const SETTLE_MS = 100;
const QUIET_LOOK_MS = 100;
/** How long a tracer may take to read what is left, and to end. */
const PATIENCE_MS = 30_000;
/** A tracer that uses less than this share of a core has nothing left to read. */
const QUIET_SHARE = 0.05;

/**
 * @param {Shape} shape
 * @param {readonly Tracer[]} tracers
 * @param {HitCostOptions} options
 */
export async function measureHitCost(shape, tracers, options) {
  /** @type {Map<Tracer, Round[]>} */
  const measured = new Map(tracers.map((tracer) => [tracer, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const [tracer, results] of measured) {
      try {
        results.push(await measureRound(shape, tracer, options));
      } catch (error) {
        if (tracer.name === FLOOR) throw error;
        console.log(`failed: ${tracer.name} (${error.message})`);
        measured.delete(tracer);
      }
    }
  }
  return [...measured].map(([tracer, results]) => summary(tracer, results, options.events));
}

/**
 * @param {Shape} shape
 * @param {Tracer} tracer
 * @param {HitCostOptions} options
 * @returns {Promise<Round>}
 */
async function measureRound(shape, tracer, { path, events, directory }) {
  const target = new Target(path);
  const output = join(directory, "output");
  const errors = join(directory, "errors");
  const [program, ...args] = tracer.command(shape, target);
  const files = [openSync(output, "w"), openSync(errors, "w")];
  const begin = performance.now();
  const consumer = spawn(program, args, { stdio: ["ignore", ...files] });
  const { pid } = consumer;
  const ended = once(consumer, "exit");
  try {
    const attached = await Promise.race([target.until(shape, true), ended.then(() => false)]);
    if (!attached) throw new Error(`did not attach: ${readFileSync(errors, "utf8")}`);
    const attachMs = performance.now() - begin;
    await sleep(SETTLE_MS);
    await target.hit(shape, WARM_UP);
    await sleep(tracer.steadyMs ?? 0);
    await quiet(pid);
    const cpuBefore = cpuSeconds(pid);
    const chunks = await target.hit(shape, events);
    await quiet(pid);
    const consumerSeconds = cpuSeconds(pid) - cpuBefore;
    const used = memoryOf(pid);
    const stop = performance.now();
    consumer.kill("SIGINT");
    await target.until(shape, false);
    const detachMs = performance.now() - stop;
    const isOver = await Promise.race([ended, sleep(PATIENCE_MS)]);
    if (!isOver) throw new Error("did not end");
    const delivered = tracer.delivered?.(readFileSync(output, "latin1"), shape) ?? null;
    const hits = WARM_UP + events;
    return { chunks, hits, delivered, consumerSeconds, attachMs, detachMs, ...used };
  } finally {
    consumer.kill("SIGKILL");
    target.close();
    for (const file of files) closeSync(file);
  }
}

/**
 * Waits until a process has read all there is.
 * @param {number} pid
 * @throws when there is no end of it
 */
async function quiet(pid) {
  let before = cpuSeconds(pid);
  for (let waited = 0; waited < PATIENCE_MS; waited += QUIET_LOOK_MS) {
    await sleep(QUIET_LOOK_MS);
    const now = cpuSeconds(pid);
    if (now - before < (QUIET_SHARE * QUIET_LOOK_MS) / 1000) return;
    before = now;
  }
  throw new Error("is busy without events");
}

/**
 * @param {Tracer} tracer
 * @param {readonly Round[]} rounds
 * @param {number} events
 */
function summary(tracer, rounds, events) {
  const chunks = rounds.flatMap((round) => round.chunks);
  const hits = sum(rounds.map((round) => round.hits));
  const delivered = tracer.delivered && sum(rounds.map((round) => round.delivered));
  /** @param {(round: Round) => number} figure */
  const middle = (figure) => median(rounds.map(figure));
  return {
    tracer: tracer.name,
    nsPerHit: median(chunks),
    nsPerHitQuiet: quantile(chunks, QUIET_QUANTILE),
    nsPerHitMean: mean(chunks),
    hits,
    delivered,
    lost: delivered === null ? null : hits - delivered,
    consumerSecondsPerMillion:
      delivered === null ? null : (middle((round) => round.consumerSeconds) / events) * 1e6,
    attachMs: middle((round) => round.attachMs),
    detachMs: middle((round) => round.detachMs),
    memory: middle((round) => round.memory),
    buffers: middle((round) => round.buffers),
  };
}
