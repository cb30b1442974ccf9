import { STATE_CALLS, STATE_PARTS } from "./calls.ts";
import type { NodeState, StatePart, StateSource } from "./node-state.ts";
import { StateReader } from "./state-reader.ts";

export interface PollerOptions {
  /** The parts to read; by default all. */
  readonly parts?: readonly StatePart[];
  /** Milliseconds between two reads of a part; replaces the interval in STATE_CALLS. */
  readonly intervals?: Readonly<Partial<Record<StatePart, number>>>;
}

export interface PollerListener {
  /** Some parts were read, or the node stopped replying. The next read waits for the returned promise. */
  onState(state: NodeState): void | Promise<void>;
  /** The node's status changed. Called before `onState`. */
  onAvailability?(state: NodeState): void;
}

/** The interval for a refused part, which a node may support after an upgrade or a change of its whitelist. */
const REFUSED_INTERVAL_MS = 600_000;
const STARTING_INTERVAL_MS = 1000;
const MAX_BACKOFF_MS = 30_000;

/**
 * Polls a node's state, each part at its own interval, with one request for all parts that are due.
 *
 * It has at most one pending request, and pauses at least as long as the last request took, so a busy node gets fewer
 * requests. A node that does not reply gets a single call, at intervals that grow up to 30 s.
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

  /** Calls the listener no more, although a request may still be pending. */
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

  /** All parts that are due; for a node that does not reply, only the cheapest part. */
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
