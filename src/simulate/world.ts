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

/** A tracepoint that fired, with its decoded arguments in their order. */
export interface SimulatedEvent {
  /** In ms since the simulation began. */
  readonly at: number;
  readonly tracepoint: string;
  readonly args: Readonly<Record<string, FieldValue>>;
}

export interface SimulationOptions {
  readonly seed: number;
  /** The newest when left out. */
  readonly release?: SimulatedRelease;
  /** UNIX s at which the simulation begins; all timestamps in messages and events count from it. */
  readonly startTime?: number;
  /** Inbound connections the node accepts; a few when left out. With more, everybody stays longer. */
  readonly inboundSlots?: number;
  /** Coins added and spent in a second for block templates; it makes none when left out. */
  readonly templateCoins?: number;
}

/** 2026-01-01T00:00:00Z */
const DEFAULT_START_TIME = 1_767_225_600;

/** What a tracepoint costs the node that runs through it, in ms. */
const TRACEPOINT_COST = 0.002;

/** What all parts of the simulation share: chance, time, and where events go. */
export class World {
  readonly prng: Prng;
  readonly schedule = new Schedule();
  /** Whose behaviour is played where releases differ in more than layouts. */
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
    this.release = behaviourOf(release);
    this.#layouts = layoutsOf(release);
    this.#startTime = startTime;
  }

  /** UNIX s in simulated time. */
  get time(): number {
    return this.#startTime + Math.floor(this.schedule.now / 1000);
  }

  /** Fires a tracepoint, if the release has it. */
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

  /** Runs `action` again and again, `mean` ms apart on average, at random. */
  recurring(mean: number, action: () => void): void {
    this.schedule.after(this.prng.exponential(mean), () => {
      action();
      this.recurring(mean, action);
    });
  }
}
