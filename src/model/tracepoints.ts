import { TRACEPOINTS } from "../contract/contract.ts";
import type { Field } from "../contract/types.ts";
import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import { type LossCounters, NOTHING } from "../event/loss.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { Fold } from "./fold.ts";
import type { Column, History } from "./history.ts";

export interface TracepointView {
  readonly name: string;
  /** From the contract; null for a tracepoint that is not in it. */
  readonly summary: string | null;
  readonly notes: readonly string[];
  readonly fields: readonly Pick<Field, "name" | "type" | "unit" | "meaning" | "values">[];
  readonly delivered: number;
  readonly lost: number;
  readonly truncated: number;
  readonly unreadable: number;
  /** Events per second, over the last 10 s. */
  readonly rate: number;
  /** Whether it is traced; a viewer can switch it off. */
  readonly isOn: boolean;
}

export interface TracepointsView {
  readonly tracepoints: readonly TracepointView[];
  readonly cost: CostView | null;
}

/** What tracing costs the node. */
export interface CostView {
  /** Average time of one hit in corelens's programs. */
  readonly nanosecondsPerHit: number;
  /** Share of a core, at the rate of the last 10 s; it excludes the breakpoints. */
  readonly share: number;
}

interface Traced {
  kind: EventKind;
  readonly column: Column;
  tally: LossCounters;
}

/** The traced tracepoints, with their rates and losses. */
export class Tracepoints implements Fold {
  readonly #history: History;
  readonly #all: Column;
  readonly #traced = new Map<string, Traced>();
  #kinds = 0;
  #cost: Cost | null = null;
  #off: ReadonlySet<string> = new Set();

  constructor(history: History) {
    this.#history = history;
    this.#all = history.column("events.all");
  }

  /** Call it with all kinds of the source when there may be new ones. */
  learn(kinds: readonly EventKind[]): void {
    for (const kind of kinds.slice(this.#kinds)) {
      const known = this.#traced.get(kind.name);
      if (known) known.kind = kind;
      else this.#add(kind);
    }
    this.#kinds = kinds.length;
  }

  see(event: StreamEvent): void {
    if (isNotice(event)) {
      if (event.tracepoint === "corelens:settings") this.#off = new Set(event.off);
      return;
    }
    this.#all.add(1);
    this.#traced.get(event.tracepoint)?.column.add(1);
  }

  measure(tallies: ReadonlyMap<string, LossCounters>, cost: Cost | null): void {
    for (const [name, traced] of this.#traced) traced.tally = tallies.get(name) ?? traced.tally;
    this.#cost = cost;
  }

  get delivered(): number {
    return this.#sum("delivered");
  }

  get lost(): number {
    return this.#sum("lost");
  }

  get flawed(): number {
    return this.#sum("truncated") + this.#sum("unreadable");
  }

  get rate(): number {
    return this.#history.rate(this.#all);
  }

  /** Number of tracepoints that are switched off. */
  get off(): number {
    return this.#off.size;
  }

  get cost(): CostView | null {
    if (this.#cost === null) return null;
    const { nanosecondsPerHit } = this.#cost;
    return { nanosecondsPerHit, share: (nanosecondsPerHit * this.rate) / 1e9 };
  }

  has(context: string): boolean {
    return [...this.#traced.keys()].some((name) => name.startsWith(`${context}:`));
  }

  view(): TracepointsView {
    const tracepoints = [...this.#traced].map(([name, { kind, column, tally }]) => ({
      name,
      summary: TRACEPOINTS.get(name)?.summary ?? null,
      notes: TRACEPOINTS.get(name)?.notes ?? [],
      fields: kind.fields.map(({ name, type, unit, meaning, values }) => ({
        name,
        type,
        meaning,
        ...(unit && { unit }),
        ...(values && { values }),
      })),
      ...tally,
      rate: this.#history.rate(column),
      isOn: !this.#off.has(name),
    }));
    return { tracepoints, cost: this.cost };
  }

  #add(kind: EventKind): void {
    const column = this.#history.column(`events.${kind.name}`);
    this.#traced.set(kind.name, { kind, column, tally: NOTHING });
  }

  #sum(what: keyof LossCounters): number {
    let sum = 0;
    for (const { tally } of this.#traced.values()) sum += tally[what];
    return sum;
  }
}
