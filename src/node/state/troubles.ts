import type { Problem } from "../../errors.ts";
import type { NodeState, StatePart } from "./node-state.ts";

/** Why the node does not reply, or refuses one part of its state. */
export interface StateTrouble extends Problem {
  /** Null if all parts are affected. */
  readonly part: StatePart | null;
}

/** The difference between two successive states. */
export interface StateChange {
  /** The new troubles. */
  readonly troubles: readonly StateTrouble[];
  /** Whether the node replies again. */
  readonly isBack: boolean;
}

/** Finds the troubles of polling a node, each once until it changes or ends. */
export class StateTroubles {
  #present: readonly StateTrouble[] = [];

  next(state: NodeState): StateChange {
    const before = this.#present;
    this.#present = troublesOf(state);
    const troubles = this.#present.filter(
      (trouble) => !before.some((known) => isSame(known, trouble)),
    );
    const isBack = state.availability.status === "up" && before.some(({ part }) => part === null);
    return { troubles, isBack };
  }
}

function troublesOf({ availability, refused }: NodeState): StateTrouble[] {
  const { problem } = availability;
  if (problem) return [{ ...problem, part: null }];
  return Object.entries(refused).map(([part, problem]) => ({
    ...problem,
    part: part as StatePart,
  }));
}

function isSame(a: StateTrouble, b: StateTrouble): boolean {
  return a.part === b.part && a.code === b.code && a.message === b.message;
}
