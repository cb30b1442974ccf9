import { setTimeout as sleep } from "node:timers/promises";
import type { RawEvent } from "../../event/event.ts";
import type { EventKind } from "../../event/kind.ts";
import { type LossCounters, NOTHING } from "../../event/loss.ts";
import type { Notice, StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { DEFAULT_SETTINGS, type TraceSettings } from "../../event/trace-settings.ts";
import type { FieldValue, SimulatedRelease } from "../../simulate/layouts.ts";
import { layoutsOf } from "../../simulate/layouts.ts";
import { simulate } from "../../simulate/simulation.ts";

/**
 * Events of a simulated node, without the kernel, for machines where tracing is not possible. They have the form of
 * traced events without payloads.
 */
export class SimulatedSource implements EventSource {
  readonly kinds: readonly EventKind[];
  readonly #seed: number;
  readonly #speed: number;
  readonly #release: SimulatedRelease;
  readonly #stopped = new AbortController();
  readonly #tallies = new Map<string, LossCounters>();
  #settings = DEFAULT_SETTINGS;
  #notices: Notice[] = [];

  /** @param speed simulated seconds per second */
  constructor(seed: number, speed: number, release: SimulatedRelease) {
    this.#seed = seed;
    this.#speed = speed;
    this.#release = release;
    this.kinds = [...layoutsOf(release)].map(([name, fields]) => ({
      name,
      fields: fields.filter(({ type }) => type !== "bytes"),
    }));
    for (const { name } of this.kinds) {
      this.#tallies.set(name, { ...NOTHING });
    }
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    const names = new Map(this.kinds.map(({ name, fields }) => [name, fields]));
    const begin = performance.now();
    let batch: StreamEvent[] = [];
    // The simulation starts at this machine's time, so that ages are correct.
    const startTime = Math.floor(Date.now() / 1000);
    const options = { seed: this.#seed, release: this.#release, startTime };
    for (const { at, tracepoint, args } of simulate(options)) {
      const wait = begin + at / this.#speed - performance.now();
      if (wait > 0) {
        if (batch.length > 0) yield batch;
        batch = [];
        await sleep(wait, undefined, { signal: this.#stopped.signal }).catch(() => {});
      }
      if (this.#stopped.signal.aborted) return;
      batch.push(...this.#notices.splice(0));
      if (this.#settings.off.includes(tracepoint)) continue;
      this.#tallies.get(tracepoint)!.delivered++;
      const fields = names.get(tracepoint)!.map(({ name }) => [name, args[name]!] as const);
      const payload = this.#settings.peers.includes(Number(args.peer_id))
        ? args.payload
        : undefined;
      batch.push(
        simulatedEvent(tracepoint, {
          ...Object.fromEntries(fields),
          ...(payload !== undefined && { payload }),
        }),
      );
    }
  }

  tallies(): Map<string, LossCounters> {
    return this.#tallies;
  }

  readonly isTraced = false;

  async cost(): Promise<null> {
    return null;
  }

  changeSettings(settings: TraceSettings): void {
    this.#settings = settings;
    this.#notices.push({ tracepoint: "corelens:settings", time: Date.now(), ...settings });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
  }

  close(): Promise<void> {
    return this.stop();
  }
}

function simulatedEvent(tracepoint: string, fields: Record<string, FieldValue>): RawEvent {
  return {
    tracepoint,
    time: performance.timeOrigin + performance.now(),
    ktime: Number(process.hrtime.bigint()),
    tid: process.pid,
    thread: "simulated",
    cpu: 0,
    pid: process.pid,
    ...fields,
  };
}
