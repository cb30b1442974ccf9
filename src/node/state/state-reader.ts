import { CorelensError, type ErrorCode, type Problem } from "../../errors.ts";
import type { Availability, NodeState, StatePart, StateSource } from "./node-state.ts";

const UNREAD = {
  uptime: null,
  chain: null,
  network: null,
  traffic: null,
  peers: null,
  mempool: null,
  fees: null,
  transactions: null,
  addresses: null,
  memory: null,
  bans: null,
  tips: null,
  read_at: {},
  refused: {},
} as const satisfies Omit<NodeState, "availability">;

/** The status of a node after all calls failed with this code; with any other code it is gone. */
const STATUS_BY_CODE: Readonly<Partial<Record<ErrorCode, Availability["status"]>>> = {
  RPC_NOT_READY: "starting",
  RPC_NO_CREDENTIALS: "refused",
  RPC_UNAUTHORIZED: "refused",
  RPC_FORBIDDEN: "refused",
  NO_PERMISSION: "refused",
  IPC_UNSUPPORTED: "refused",
  IPC_BUSY: "starting",
};

/** Reads parts of a node's state and keeps the last value of each. */
export class StateReader {
  readonly #source: StateSource;
  #state: NodeState = {
    ...UNREAD,
    availability: { status: "unknown", since: Date.now(), problem: null },
  };

  constructor(source: StateSource) {
    this.#source = source;
  }

  get state(): NodeState {
    return this.#state;
  }

  /**
   * Reads these parts, in one request if the source supports it. It does not throw errors of the node or the
   * connection: they are part of the state. If the node stops replying, all parts become null.
   */
  async read(parts: readonly StatePart[]): Promise<NodeState> {
    const results = await Promise.allSettled(parts.map((part) => this.#source.read(part)));
    const now = Date.now();
    const read: Record<string, unknown> = {};
    const refusals = new Map<StatePart, Problem>();
    for (const [i, part] of parts.entries()) {
      const result = results[i]!;
      if (result.status === "fulfilled") read[part] = result.value;
      else refusals.set(part, problemOf(result.reason));
    }
    const all = [...refusals.values()];
    const problem = all.length === parts.length && !all.some(isOfNode) ? (all[0] ?? null) : null;
    this.#state = problem ? this.#without(problem, now) : this.#merged(read, refusals, now);
    return this.#state;
  }

  #without(problem: Problem, now: number): NodeState {
    const status = STATUS_BY_CODE[problem.code] ?? "gone";
    return { ...UNREAD, availability: this.#availability(status, problem, now) };
  }

  #merged(
    read: Readonly<Record<string, unknown>>,
    refusals: ReadonlyMap<StatePart, Problem>,
    now: number,
  ): NodeState {
    const times = Object.keys(read).map((part) => [part, now]);
    const refused = Object.entries(this.#state.refused).filter(([part]) => !(part in read));
    const unread = Object.fromEntries([...refusals.keys()].map((part) => [part, null]));
    return {
      ...this.#state,
      ...unread,
      ...read,
      availability: this.#availability("up", null, now),
      read_at: { ...this.#state.read_at, ...Object.fromEntries(times) },
      refused: Object.fromEntries([...refused, ...refusals]),
    };
  }

  #availability(
    status: Availability["status"],
    problem: Problem | null,
    now: number,
  ): Availability {
    const before = this.#state.availability;
    return { status, since: before.status === status ? before.since : now, problem };
  }
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof CorelensError)) throw error;
  return error.problem;
}

/** A node that refuses a call is up. */
function isOfNode({ code }: Problem): boolean {
  return code === "RPC_REFUSED";
}
