import type { RawEvent } from "../../event/event.ts";
import { flagIn, numberIn } from "../../event/fields.ts";
import { BoundedMap } from "../../util/bounded-map.ts";
import { Distribution } from "../../util/distribution.ts";
import { Samples } from "../../util/samples.ts";
import { durationOf } from "../values.ts";

/** The UTXO cache was written to disk. */
export interface Flush {
  /** Counted from 1 since tracing began; those of an earlier process have numbers from 0 down. */
  readonly number: number;
  /** Ms since the epoch. */
  readonly time: number;
  /** In ms; 0 or less where the node's clock stood still or was set back. */
  readonly duration: number | null;
  readonly mode: string;
  readonly coins: number | null;
  /** In bytes. */
  readonly memory: number | null;
  readonly forPrune: boolean | null;
}

/** Modes of all releases. */
export const FLUSH_MODES = [
  ...["NONE", "IF_NEEDED", "PERIODIC", "ALWAYS", "FORCE_FLUSH", "FORCE_SYNC"],
] as const;

/** Bounds of durations, in seconds. */
export const FLUSH_BOUNDS = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300] as const;

/** Flushes of a mode, with pruning as their reason or without. */
export class FlushCounter {
  count = 0;
  coins = 0;
  /** In bytes. */
  memory = 0;
}

/** Flushes of a mode. Negative durations count as 0. */
class FlushMode {
  /** By whether pruning made them necessary. */
  readonly forPrune = {
    true: new FlushCounter(),
    false: new FlushCounter(),
    other: new FlushCounter(),
  };
  /** In seconds. */
  readonly durations = new Distribution(FLUSH_BOUNDS);
  /** In ms; null when none is known. */
  longest: number | null = null;
  readonly #recent = new Samples(MAX_DURATIONS);

  get count(): number {
    return this.#sum("count");
  }

  get coins(): number {
    return this.#sum("coins");
  }

  /** In ms. */
  get together(): number {
    return this.durations.sum * 1000;
  }

  /** Of the last ones, in ms; null when none is known. */
  get median(): number | null {
    return this.#recent.median;
  }

  add({ duration, coins, memory, forPrune }: Flush): void {
    const counter = this.forPrune[forPrune === null ? "other" : forPrune ? "true" : "false"];
    counter.count++;
    counter.coins += coins ?? 0;
    counter.memory += memory ?? 0;
    if (duration === null) return;
    const positive = Math.max(0, duration);
    this.durations.add(positive / 1000);
    this.#recent.add(positive);
    this.longest = Math.max(this.longest ?? 0, positive);
  }

  #sum(what: keyof FlushCounter): number {
    const { true: pruning, false: others, other: unknown } = this.forPrune;
    return pruning[what] + others[what] + unknown[what];
  }
}

const MAX_DURATIONS = 200;
const MAX_RECENT = 120;
/** Modes of a release that corelens does not know. */
const MAX_UNKNOWN_MODES = 4;

/** Flushes of the UTXO cache by mode, and the last ones. */
export class Flushes {
  readonly modes = new BoundedMap(MAX_UNKNOWN_MODES, () => new FlushMode(), FLUSH_MODES);
  /** Newest first. */
  readonly recent: Flush[] = [];
  /** Since tracing began. */
  count = 0;

  /** Takes utxocache:flush. */
  take(event: RawEvent): Flush {
    const flush = { number: ++this.count, ...flushOf(event) };
    this.modes.get(flush.mode).add(flush);
    this.recent.unshift(flush);
    if (this.recent.length > MAX_RECENT) this.recent.pop();
    return flush;
  }

  /** Lists flushes that an earlier process saw after those of this one. @param flushes newest first */
  restore(flushes: readonly Omit<Flush, "number">[]): void {
    const numbered = flushes.map((flush, i) => ({ number: -i, ...flush }));
    this.recent.push(...numbered.slice(0, MAX_RECENT - this.recent.length));
  }
}

/** What utxocache:flush says. */
export function flushOf(event: RawEvent): Omit<Flush, "number"> {
  return {
    time: event.time,
    duration: durationOf(event),
    mode: modeOf(event),
    coins: numberIn(event, "coins"),
    memory: numberIn(event, "memory"),
    forPrune: flagIn(event, "for_prune"),
  };
}

/** A mode whose name depends on a release that is not known is a number: `mode 3`. */
function modeOf({ mode }: RawEvent): string {
  if (typeof mode === "number") return `mode ${mode}`;
  return typeof mode === "string" ? mode : "unknown";
}
