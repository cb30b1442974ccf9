import { STATE_CALLS, STATE_PARTS } from "./calls.ts";
import type { NodeState, StatePart, StateSource } from "./node-state.ts";
import { StateReader } from "./state-reader.ts";

export interface PollerOptions {
  /** What to ask for; all when left out. */
  readonly parts?: readonly StatePart[];
  /** Milliseconds between two readings of a part, where not those of the table of calls. */
  readonly intervals?: Readonly<Partial<Record<StatePart, number>>>;
}

export interface PollerListener {
  /** Some parts were read, or the node answers no more. The next reading waits for what this returns. */
  onState(state: NodeState): void | Promise<void>;
  /** The node answers otherwise than before: it is up, starting, gone, or refuses. Told before `onState`. */
  onAvailability?(state: NodeState): void;
}

/** A part that the node refused is asked for again so seldom: it was upgraded, or its whitelist changed. */
const REFUSED_INTERVAL_MS = 600_000;
const STARTING_INTERVAL_MS = 1000;
const MAX_BACKOFF_MS = 30_000;

/**
 * Keeps a node's state fresh, each part at its own interval, in one request for all that are due.
 *
 * It never has two requests under way, and pauses at least as long as the last took: a node that is busy is asked
 * less. One that does not answer is asked a single call, less and less often, up to every 30 s.
 */
export class StatePoller {
  readonly #reader: StateReader;
  readonly #listener: PollerListener;
  readonly #parts: readonly StatePart[];
  readonly #intervals: Readonly<Partial<Record<StatePart, number>>>;
  readonly #due = new Map<StatePart, number>();
  #timer: NodeJS.Timeout | undefined;
  #backoffMs = STARTING_INTERVAL_MS;
  #running = false;

  constructor(
    source: StateSource,
    listener: PollerListener,
    { parts = STATE_PARTS, intervals = {} }: PollerOptions = {},
  ) {
    this.#reader = new StateReader(source);
    this.#listener = listener;
    this.#parts = parts;
    this.#intervals = intervals;
  }

  get state(): NodeState {
    return this.#reader.state;
  }

  start(): void {
    this.#running = true;
    this.#schedule(0);
  }

  /** Nothing is told any more, though a request may still be under way. */
  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#round(), delayMs);
  }

  async #round(): Promise<void> {
    const start = performance.now();
    const before = this.state.availability;
    const parts = this.#partsAt(start);
    const state = await this.#reader.read(parts);
    if (!this.#running) return;
    const { status } = state.availability;
    const now = performance.now();
    if (status === "up")
      for (const part of parts) this.#due.set(part, start + this.#interval(part));
    else this.#due.clear();
    if (status !== before.status) this.#listener.onAvailability?.(state);
    await this.#listener.onState(state);
    // The listener may have stopped it.
    if (this.#running) this.#schedule(this.#delay(now, now - start));
  }

  /** All that are due; of a node that does not answer, the one that costs it least. */
  #partsAt(now: number): readonly StatePart[] {
    const { status } = this.state.availability;
    if (status !== "up" && status !== "unknown") return ["uptime"];
    return this.#parts.filter((part) => (this.#due.get(part) ?? 0) <= now);
  }

  #delay(now: number, tookMs: number): number {
    const { status } = this.state.availability;
    if (status === "starting") return STARTING_INTERVAL_MS;
    if (status !== "up") {
      const delay = this.#backoffMs;
      this.#backoffMs = Math.min(2 * delay, MAX_BACKOFF_MS);
      return delay;
    }
    this.#backoffMs = STARTING_INTERVAL_MS;
    const next = Math.min(...this.#parts.map((part) => this.#due.get(part) ?? 0));
    // A timer may be a fraction of a millisecond early.
    return Math.max(next - now, tookMs) + 1;
  }

  #interval(part: StatePart): number {
    const wanted = this.#intervals[part] ?? STATE_CALLS[part].everySeconds * 1000;
    return this.state.refused[part] ? Math.max(wanted, REFUSED_INTERVAL_MS) : wanted;
  }
}
