import type { Field } from "../../../contract/types.ts";
import type { Cost } from "../../../event/cost.ts";
import type { EventKind } from "../../../event/kind.ts";
import type { LossCounters } from "../../../event/loss.ts";
import type { StreamEvent } from "../../../event/notice.ts";
import type { EventSource } from "../../../event/source.ts";
import { EQUIVALENT_EVENTS, type EquivalentEvent } from "./equivalent-events.ts";
import { EventMerge } from "./event-merge.ts";
import type { SourceName } from "./matcher.ts";

/** How old an event is when it is delivered: callbacks come a few milliseconds after the tracepoint, seldom more. */
const WAIT_MS = 100;
/** As many may be held; then the sources wait, and count what they lose. */
const MAX_HELD = 100_000;

const IPC_KTIME = {
  name: "ipc_ktime",
  type: "uint64",
  unit: "ns",
  meaning: "When IPC told of it, where both sources did; beside ktime it tells how much later.",
} as const satisfies Field;

/** Of every event of a merged stream. */
const MERGED = [
  {
    name: "late",
    type: "bool",
    meaning: "True where the other source's view came too late to be part of it.",
  },
  { name: "sources", type: "string", meaning: "Who told of it: usdt, ipc or both." },
] as const satisfies readonly Field[];

/** Tracepoints and IPC of one node as one stream: in order, and what both tell of once (event-merge.ts). */
export class MergedSource implements EventSource {
  readonly #sources: Readonly<Record<SourceName, EventSource>>;
  readonly #merge: EventMerge;
  #kinds: readonly EventKind[] = [];
  #known = 0;
  #running = 0;
  #failure: { readonly error: unknown } | null = null;
  /** Called when there is something to do: for the merge, and for a source that waits for room. */
  #wakeMerge: () => void = () => {};
  #wakeSources: (() => void)[] = [];

  constructor(usdt: EventSource, ipc: EventSource) {
    this.#sources = { usdt, ipc };
    const kinds = ipc.kinds.map(({ name }) => name);
    this.#merge = new EventMerge(WAIT_MS * 1e6, kinds);
  }

  get kinds(): readonly EventKind[] {
    const { usdt, ipc } = this.#sources;
    if (usdt.kinds.length + ipc.kinds.length !== this.#known) {
      this.#kinds = mergedKinds(usdt.kinds, ipc.kinds);
      this.#known = this.#kinds.length;
    }
    return this.#kinds;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    const pumps = [this.#pump("usdt"), this.#pump("ipc")];
    while (this.#running > 0) {
      const batch = this.#merge.take(nanoseconds());
      for (const wake of this.#wakeSources.splice(0)) wake();
      if (batch.length > 0) yield batch;
      else await this.#somethingToDo();
    }
    yield this.#merge.takeAll();
    await Promise.all(pumps);
    if (this.#failure) throw this.#failure.error;
  }

  /** An event that became part of another one is that one. */
  tallies(): Map<string, LossCounters> {
    const { usdt, ipc } = this.#sources;
    const own = [...ipc.tallies()].map(([name, tally]) => {
      const delivered = tally.delivered - (this.#merge.matched.get(name) ?? 0);
      return [name, { ...tally, delivered }] as const;
    });
    return new Map([...usdt.tallies(), ...own]);
  }

  async cost(): Promise<Cost | null> {
    const costs = await Promise.all(Object.values(this.#sources).map((source) => source.cost()));
    const known = costs.filter((cost) => cost !== null);
    const runs = known.reduce((sum, cost) => sum + cost.runs, 0);
    if (runs === 0) return null;
    const all = known.reduce((sum, cost) => sum + cost.nanosecondsPerHit * cost.runs, 0);
    return { nanosecondsPerHit: all / runs, runs };
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#sources).map((source) => source.stop()));
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#sources).map((source) => source.close()));
    for (const wake of this.#wakeSources.splice(0)) wake();
  }

  /** One source's events into the merge, until the source ends. When one fails, both end. */
  async #pump(name: SourceName): Promise<void> {
    this.#running++;
    try {
      for await (const events of this.#sources[name].batches()) {
        this.#merge.push(name, events);
        this.#wakeMerge();
        if (this.#merge.size < MAX_HELD) continue;
        await new Promise<void>((resolve) => this.#wakeSources.push(resolve));
      }
    } catch (error) {
      this.#failure ??= { error };
      await this.stop();
    } finally {
      this.#running--;
      this.#wakeMerge();
    }
  }

  #somethingToDo(): Promise<void> {
    const due = this.#merge.dueIn(nanoseconds());
    return new Promise((resolve) => {
      const timer = due === null ? undefined : setTimeout(resolve, Math.ceil(due / 1e6));
      this.#wakeMerge = () => {
        // A timer that runs already comes soon enough for what is to be held first.
        if (timer !== undefined && this.#running === 2) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The kernel's monotonic clock, which both sources have their times from. */
function nanoseconds(): number {
  return Number(process.hrtime.bigint());
}

function mergedKinds(usdt: readonly EventKind[], ipc: readonly EventKind[]): EventKind[] {
  const fieldsOf = new Map(ipc.map(({ name, fields }) => [name as string, fields]));
  const twins: Readonly<Record<string, EquivalentEvent>> = EQUIVALENT_EVENTS;
  const merged = usdt.map(({ name, fields }) => {
    const others = fieldsOf.get(twins[name]?.ipc ?? "");
    if (!others) return { name, fields: [...fields, ...MERGED] };
    const known = new Set(fields.map(({ name }) => name));
    const added = others.filter(({ name }) => !known.has(name));
    return { name, fields: [...fields, ...added, IPC_KTIME, ...MERGED] };
  });
  return [...merged, ...ipc.map(({ name, fields }) => ({ name, fields: [...fields, ...MERGED] }))];
}
