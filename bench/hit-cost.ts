import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { median, quantile, sum } from "#src/util/statistics.js";
import { type Shape, Target } from "./target.ts";
import { FLOOR, type Tracer } from "./tracers.ts";
import { cpuSeconds, type Memory, memoryOf } from "./usage.ts";

/*
 * What a hit of a tracepoint costs the traced program, and what its tracer spends, for several tracers in turn.
 *
 * Rounds are interleaved (floor, corelens, libbpf, …, floor, corelens, …), so that other work on the machine affects
 * all tracers alike, and the median is taken over all chunks of all rounds. Each round starts the program and the
 * tracer anew, waits until the program sees that it is attached, warms up, hits in a tight loop, and stops the tracer.
 */

interface Round extends Readonly<Memory> {
  /** Nanoseconds a hit. */
  readonly chunks: readonly number[];
  /** All hits, those of the warm-up included. */
  readonly hits: number;
  readonly delivered: number | null;
  /** CPU time that the tracer spent on the hits after the warm-up. */
  readonly consumerSeconds: number;
  /** From the start of the tracer's process until the program is attached. */
  readonly attachMs: number;
  /** From SIGINT until the program is no longer attached. */
  readonly detachMs: number;
}

export interface HitCostOptions {
  /** The traced program. */
  readonly path: string;
  /** Events in a round. */
  readonly events: number;
  readonly rounds: number;
  /** For the tracers' output. */
  readonly directory: string;
}

export interface HitCost extends Readonly<Memory> {
  readonly tracer: string;
  readonly nsPerHit: number;
  /** The same of the tenth of the chunks that other work disturbed least. */
  readonly nsPerHitQuiet: number;
  readonly nsPerHitMean: number;
  readonly hits: number;
  /** Null for tracers that deliver no events by design. */
  readonly delivered: number | null;
  readonly lost: number | null;
  readonly consumerSecondsPerMillion: number | null;
  readonly attachMs: number;
  readonly detachMs: number;
}

const QUIET_QUANTILE = 0.1;
/** Hits until a just-in-time compiler is done. */
const WARM_UP = 300_000;
/** A tracer may connect its program shortly after it sets the breakpoint. */
const SETTLE_MS = 100;
const QUIET_CHECK_MS = 100;
/** A tracer may take this long to read the rest of the events, and to end. */
const PATIENCE_MS = 30_000;
/** A tracer that uses less than this share of a core has nothing left to read. */
const QUIET_SHARE = 0.05;

/** Measures every tracer; one that fails is reported and left out, except the floor. */
export async function measureHitCost(
  shape: Shape,
  tracers: readonly Tracer[],
  options: HitCostOptions,
): Promise<HitCost[]> {
  const measured = new Map<Tracer, Round[]>(tracers.map((tracer) => [tracer, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const [tracer, results] of measured) {
      try {
        results.push(await measureRound(shape, tracer, options));
      } catch (error) {
        if (tracer.name === FLOOR) throw error;
        console.log(`failed: ${tracer.name} (${(error as Error).message})`);
        measured.delete(tracer);
      }
    }
  }
  return [...measured].map(([tracer, results]) => summary(tracer, results, options.events));
}

async function measureRound(
  shape: Shape,
  tracer: Tracer,
  { path, events, directory }: HitCostOptions,
): Promise<Round> {
  const target = new Target(path);
  const output = join(directory, "output");
  const errors = join(directory, "errors");
  const [program, ...args] = tracer.command(shape, target);
  const [outputFile, errorFile] = [openSync(output, "w"), openSync(errors, "w")];
  const begin = performance.now();
  const consumer = spawn(program, args, { stdio: ["ignore", outputFile, errorFile] });
  const pid = consumer.pid!;
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
    for (const file of [outputFile, errorFile]) closeSync(file);
  }
}

/**
 * Waits until a process has read all events, which is when it no longer uses the CPU.
 * @throws when it stays busy
 */
async function quiet(pid: number): Promise<void> {
  let before = cpuSeconds(pid);
  for (let waited = 0; waited < PATIENCE_MS; waited += QUIET_CHECK_MS) {
    await sleep(QUIET_CHECK_MS);
    const now = cpuSeconds(pid);
    if (now - before < (QUIET_SHARE * QUIET_CHECK_MS) / 1000) return;
    before = now;
  }
  throw new Error("stays busy without events");
}

function summary(tracer: Tracer, rounds: readonly Round[], events: number): HitCost {
  const chunks = rounds.flatMap((round) => round.chunks).sort((a, b) => a - b);
  const hits = sum(rounds.map((round) => round.hits));
  const delivered = tracer.delivered && sum(rounds.map((round) => round.delivered ?? 0));
  const middle = (figure: (round: Round) => number): number => median(rounds.map(figure));
  return {
    tracer: tracer.name,
    nsPerHit: median(chunks),
    nsPerHitQuiet: quantile(chunks, QUIET_QUANTILE),
    nsPerHitMean: sum(chunks) / chunks.length,
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
