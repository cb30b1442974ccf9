import type { Field } from "../../../contract/types.ts";
import type { Cost } from "../../../event/cost.ts";
import type { EventKind } from "../../../event/kind.ts";
import type { LossCounters } from "../../../event/loss.ts";
import type { StreamEvent } from "../../../event/notice.ts";
import type { EventSource } from "../../../event/source.ts";
import { EQUIVALENT_EVENTS, type EquivalentEvent } from "./equivalent-events.ts";
import { EventMerge } from "./event-merge.ts";
import type { SourceName } from "./matcher.ts";

/** Age of an event at its delivery. Callbacks usually arrive a few milliseconds after the tracepoint. */
const WAIT_MS = 100;
/** With this number of pending events, the sources must wait, and count the events that they lose. */
const MAX_PENDING = 100_000;

const IPC_KTIME = {
  name: "ipc_ktime",
  type: "uint64",
  unit: "ns",
  meaning: "Time of the IPC event when both sources reported it; ktime is the tracepoint's.",
} as const satisfies Field;

/** Fields of every event in a merged stream. */
const MERGED = [
  {
    name: "late",
    type: "bool",
    meaning: "True when the other source's event was already delivered.",
  },
  { name: "sources", type: "string", meaning: "The sources that reported it: usdt, ipc or both." },
] as const satisfies readonly Field[];

/** Merges the tracepoints and the IPC events of one node into one stream, in order and without duplicates (event-merge.ts). */
export class MergedSource implements EventSource {
  readonly #sources: Readonly<Record<SourceName, EventSource>>;
  readonly #merge: EventMerge;
  #kinds: readonly EventKind[] = [];
  #known = 0;
  #running = 0;
  #failure: { readonly error: unknown } | null = null;
  /** Wakes the merge, and sources that wait for room. */
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
      else await this.#wait();
    }
    yield this.#merge.takeAll();
    await Promise.all(pumps);
    if (this.#failure) throw this.#failure.error;
  }

  /** A matched IPC event counts as the event of the tracepoint. */
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

  /** Feeds one source into the merge until it ends. When one source fails, both end. */
  async #pump(name: SourceName): Promise<void> {
    this.#running++;
    try {
      for await (const events of this.#sources[name].batches()) {
        this.#merge.push(name, events);
        this.#wakeMerge();
        if (this.#merge.size < MAX_PENDING) continue;
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

  #wait(): Promise<void> {
    const due = this.#merge.dueIn(nanoseconds());
    return new Promise((resolve) => {
      const timer = due === null ? undefined : setTimeout(resolve, Math.ceil(due / 1e6));
      this.#wakeMerge = () => {
        // While both sources run, new events must wait anyway, and the timer is early enough for them.
        if (timer !== undefined && this.#running === 2) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The kernel's monotonic clock, as in both sources. */
function nanoseconds(): number {
  return Number(process.hrtime.bigint());
}

function mergedKinds(usdt: readonly EventKind[], ipc: readonly EventKind[]): EventKind[] {
  const fieldsOf = new Map(ipc.map(({ name, fields }) => [name as string, fields]));
  const equivalents: Readonly<Record<string, EquivalentEvent>> = EQUIVALENT_EVENTS;
  const merged = usdt.map(({ name, fields }) => {
    const others = fieldsOf.get(equivalents[name]?.ipc ?? "");
    if (!others) return { name, fields: [...fields, ...MERGED] };
    const known = new Set(fields.map(({ name }) => name));
    const added = others.filter(({ name }) => !known.has(name));
    return { name, fields: [...fields, ...added, IPC_KTIME, ...MERGED] };
  });
  return [...merged, ...ipc.map(({ name, fields }) => ({ name, fields: [...fields, ...MERGED] }))];
}
