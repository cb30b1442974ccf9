import type { Problem } from "../../errors.ts";
import type { NodeState, StatePart } from "./node-state.ts";

/** Why the node does not answer, or does not answer for one part of its state. */
export interface StateTrouble extends Problem {
  /** Null for all of them. */
  readonly part: StatePart | null;
}

/** What changed from one state to the next. */
export interface StateChange {
  /** Troubles that were not there before. */
  readonly troubles: readonly StateTrouble[];
  /** Whether the node answers again after it did not. */
  readonly isBack: boolean;
}

/** Finds what goes wrong with asking a node, each trouble once until it changes or is over. */
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
