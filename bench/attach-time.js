/** How long attaching to all tracepoints of a node takes, and detaching from them. */
import { attach } from "../dist/session/attach/attach.js";
import { declareProbes } from "../dist/simulate/probes.js";
import { median } from "./statistics.js";

const ROUNDS = 9;
const SIMULATED_RELEASE = 31;

/** @param {string | undefined} bitcoind the binary of a node; the simulated node when left out */
export async function measureAttachTime(bitcoind) {
  const path = bitcoind ?? declareProbes(SIMULATED_RELEASE).file;
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await attachOnce(path));
  return {
    binary: bitcoind ?? "the simulated node",
    tracepoints: rounds[0].tracepoints,
    firstAttachMs: rounds[0].attachMs,
    attachMs: median(rounds.map(({ attachMs }) => attachMs)),
    detachMs: median(rounds.map(({ detachMs }) => detachMs)),
  };
}

/** @param {string} target */
async function attachOnce(target) {
  const begin = performance.now();
  const session = attach({ target });
  const attached = performance.now();
  await session.stop();
  const detached = performance.now();
  const tracepoints = session.kinds.length;
  await session.close();
  return { tracepoints, attachMs: attached - begin, detachMs: detached - attached };
}
