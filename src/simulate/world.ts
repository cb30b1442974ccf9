import { RELEASES } from "../contract/contract.ts";
import type { Field } from "../contract/types.ts";
import { Prng } from "../util/prng.ts";
import {
  behaviourOf,
  type FieldValue,
  layoutsOf,
  project,
  type SimulatedRelease,
  type TracepointName,
  type Values,
} from "./layouts.ts";
import { Schedule } from "./schedule.ts";

/** One firing of a tracepoint, with its decoded arguments in order. */
export interface SimulatedEvent {
  /** Time in ms since the start of the simulation. */
  readonly at: number;
  readonly tracepoint: string;
  readonly args: Readonly<Record<string, FieldValue>>;
}

export interface SimulationOptions {
  readonly seed: number;
  /** Default: the newest. */
  readonly release?: SimulatedRelease;
  /** UNIX time in s of the start of the simulation. All timestamps in messages and events count from it. */
  readonly startTime?: number;
  /** Number of inbound connections that the node accepts. With more, peers stay connected longer. */
  readonly inboundSlots?: number;
  /** Coins per second that block templates add and spend. Without it, the node makes no templates. */
  readonly templateCoins?: number;
}

/** 2026-01-01T00:00:00Z */
const DEFAULT_START_TIME = 1_767_225_600;

/** Simulated time that a tracepoint takes, in ms. */
const TRACEPOINT_COST = 0.002;

/** The shared state of the simulation: random numbers, time and fired events. */
export class World {
  readonly prng: Prng;
  /** Decides on mishaps, so that they change nothing before the first one. */
  readonly fate: Prng;
  readonly schedule = new Schedule();
  /** The release whose behaviour is simulated, where releases differ in more than layouts. */
  readonly release: number;
  readonly #layouts: ReadonlyMap<string, readonly Field[]>;
  readonly #startTime: number;
  #fired: SimulatedEvent[] = [];

  constructor({
    seed,
    release = RELEASES.at(-1)!,
    startTime = DEFAULT_START_TIME,
  }: SimulationOptions) {
    this.prng = new Prng(seed);
    this.fate = new Prng(seed + 1);
    this.release = behaviourOf(release);
    this.#layouts = layoutsOf(release);
    this.#startTime = startTime;
  }

  /** Simulated UNIX time in s. */
  get time(): number {
    return this.#startTime + Math.floor(this.schedule.now / 1000);
  }

  /** Fires a tracepoint if the release has it. */
  fire<Name extends TracepointName>(tracepoint: Name, values: Values<Name>): void {
    this.schedule.spend(TRACEPOINT_COST);
    const fields = this.#layouts.get(tracepoint);
    if (fields === undefined) return;
    this.#fired.push({ at: this.schedule.now, tracepoint, args: project(fields, values) });
  }

  /** The events fired since the last call, oldest first. */
  take(): readonly SimulatedEvent[] {
    const fired = this.#fired;
    this.#fired = [];
    return fired;
  }

  /** Runs `action` at random intervals of `mean` ms on average, and of at least half as many. */
  mishap(mean: number, action: () => void): void {
    this.schedule.after(mean / 2 + this.fate.exponential(mean / 2), () => {
      action();
      this.mishap(mean, action);
    });
  }

  /** Runs `action` at random intervals of `mean` ms on average. */
  recurring(mean: number, action: () => void): void {
    this.schedule.after(this.prng.exponential(mean), () => {
      action();
      this.recurring(mean, action);
    });
  }
}
