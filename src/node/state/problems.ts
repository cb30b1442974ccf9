import type { Problem } from "../../errors.ts";
import type { NodeState, StatePart } from "./node-state.ts";

/** Why the node does not reply, or refuses one part of its state. */
export interface StateProblem extends Problem {
  /** Null if all parts are affected. */
  readonly part: StatePart | null;
}

/** The difference between two successive states. */
export interface StateChange {
  /** The new problems. */
  readonly problems: readonly StateProblem[];
  /** Whether the node replies again. */
  readonly isBack: boolean;
}

/** Finds the problems of polling a node, each once until it changes or ends. */
export class StateProblems {
  #present: readonly StateProblem[] = [];

  next(state: NodeState): StateChange {
    const before = this.#present;
    this.#present = problemsOf(state);
    const problems = this.#present.filter(
      (problem) => !before.some((known) => isSame(known, problem)),
    );
    const isBack = state.availability.status === "up" && before.some(({ part }) => part === null);
    return { problems, isBack };
  }
}

function problemsOf({ availability, refused }: NodeState): StateProblem[] {
  const { problem } = availability;
  if (problem) return [{ ...problem, part: null }];
  return Object.entries(refused).map(([part, problem]) => ({
    ...problem,
    part: part as StatePart,
  }));
}

function isSame(a: StateProblem, b: StateProblem): boolean {
  return a.part === b.part && a.code === b.code && a.message === b.message;
}
