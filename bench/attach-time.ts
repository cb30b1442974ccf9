import { attach } from "#src/session/attach/attach.js";
import { declareProbes } from "#src/simulate/probes.js";
import { median } from "#src/util/statistics.js";

export interface AttachTime {
  readonly binary: string;
  readonly tracepoints: number;
  readonly firstAttachMs: number;
  readonly attachMs: number;
  readonly detachMs: number;
}

interface Round {
  readonly tracepoints: number;
  readonly attachMs: number;
  readonly detachMs: number;
}

const ROUNDS = 9;
const SIMULATED_RELEASE = 31;

/**
 * Measures attaching to all tracepoints of a node, and detaching from them.
 * @param bitcoind the binary of a node; the simulated node when undefined
 */
export async function measureAttachTime(bitcoind: string | undefined): Promise<AttachTime> {
  const path = bitcoind ?? declareProbes(SIMULATED_RELEASE).file;
  if (path === null) throw new Error("the simulated node cannot declare tracepoints here");
  const first = await attachOnce(path);
  const rounds = [first];
  while (rounds.length < ROUNDS) rounds.push(await attachOnce(path));
  return {
    binary: bitcoind ?? "the simulated node",
    tracepoints: first.tracepoints,
    firstAttachMs: first.attachMs,
    attachMs: median(rounds.map(({ attachMs }) => attachMs)),
    detachMs: median(rounds.map(({ detachMs }) => detachMs)),
  };
}

async function attachOnce(target: string): Promise<Round> {
  const begin = performance.now();
  const session = attach({ target });
  const attached = performance.now();
  await session.stop();
  const detached = performance.now();
  const tracepoints = session.kinds.length;
  await session.close();
  return { tracepoints, attachMs: attached - begin, detachMs: detached - attached };
}
