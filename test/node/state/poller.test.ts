import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CorelensError, type ErrorCode } from "../../../src/errors.ts";
import { RpcError } from "../../../src/node/rpc/answer.ts";
import type { NodeState, StatePart, StateSource } from "../../../src/node/state/node-state.ts";
import { type PollerOptions, StatePoller } from "../../../src/node/state/state-poller.ts";
import { StateReader } from "../../../src/node/state/state-reader.ts";

/** A node that replies with the number of earlier rounds, or with the given refusal. */
class FakeNode implements StateSource {
  /** Parts of each round, as `uptime chain`. */
  readonly rounds: string[] = [];
  refuses: (part: StatePart) => CorelensError | null = () => null;
  delayMs = 0;
  underWay = 0;
  mostUnderWay = 0;
  #round: StatePart[] = [];

  async read(part: StatePart): Promise<never> {
    if (this.#round.length === 0) queueMicrotask(() => this.#endRound());
    this.#round.push(part);
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      const refusal = this.refuses(part);
      if (refusal) throw refusal;
      return this.rounds.length as never;
    } finally {
      this.underWay--;
    }
  }

  #endRound(): void {
    this.rounds.push(this.#round.join(" "));
    this.#round = [];
  }
}

const error = (code: ErrorCode) => new CorelensError(code, `it is ${code}`);

describe("the state of a node", () => {
  it("is stored by parts, with the time", async () => {
    const node = new FakeNode();
    const reader = new StateReader(node);
    expect(reader.state).toMatchObject({ availability: { status: "unknown" }, chain: null });
    await reader.read(["chain", "uptime"]);
    const state = await reader.read(["uptime"]);
    expect(state).toMatchObject({ uptime: 1, chain: 0, peers: null });
    expect(state.availability).toMatchObject({ status: "up", problem: null });
    expect(Object.keys(state.read_at)).toEqual(["chain", "uptime"]);
  });

  it.each([
    ["RPC_NOT_READY", "starting"],
    ["RPC_UNREACHABLE", "gone"],
    ["NODE_NOT_FOUND", "gone"],
    ["PROCESS_GONE", "gone"],
    ["RPC_ANSWER_INVALID", "gone"],
    ["RPC_NO_CREDENTIALS", "refused"],
    ["RPC_UNAUTHORIZED", "refused"],
    ["RPC_FORBIDDEN", "refused"],
    ["NO_PERMISSION", "refused"],
  ] as const)("is forgotten after %s: it is %s", async (code, status) => {
    const node = new FakeNode();
    const reader = new StateReader(node);
    await reader.read(["uptime"]);
    node.refuses = () => error(code);
    const state = await reader.read(["uptime", "chain"]);
    expect(state).toMatchObject({ uptime: null, read_at: {} });
    expect(state.availability).toMatchObject({
      status,
      problem: { code, message: `it is ${code}` },
    });
  });

  it("lacks refused parts, but has the others", async () => {
    const node = new FakeNode();
    const reader = new StateReader(node);
    await reader.read(["addresses", "bans"]);
    node.refuses = (part) =>
      part === "addresses"
        ? new RpcError("getaddrmaninfo", -32601, "Method not found")
        : part === "bans"
          ? error("RPC_FORBIDDEN")
          : null;
    let state = await reader.read(["uptime", "addresses", "bans"]);
    expect(state).toMatchObject({
      availability: { status: "up" },
      uptime: 1,
      addresses: null,
      bans: null,
      refused: { addresses: { code: "RPC_REFUSED" }, bans: { code: "RPC_FORBIDDEN" } },
    });
    node.refuses = () => null;
    state = await reader.read(["addresses"]);
    expect(Object.keys(state.refused)).toEqual(["bans"]);
  });

  it("does not hide a bug", async () => {
    const reader = new StateReader({ read: () => Promise.reject(new TypeError("bug")) });
    await expect(reader.read(["uptime"])).rejects.toThrow("bug");
  });
});

describe("a poller", () => {
  const told: NodeState[] = [];
  const changes: string[] = [];
  let node: FakeNode;
  let poller: StatePoller;

  beforeEach(() => {
    vi.useFakeTimers();
    told.length = 0;
    changes.length = 0;
    node = new FakeNode();
  });
  afterEach(() => {
    poller.stop();
    vi.useRealTimers();
  });

  const start = (options: PollerOptions) => {
    const listener = {
      onState: (state: NodeState) => void told.push(state),
      onAvailability: ({ availability }: NodeState) => void changes.push(availability.status),
    };
    poller = new StatePoller(node, listener, options);
    poller.start();
  };
  const intervals = { uptime: 1000, chain: 1000, tips: 60_000 };
  const parts = ["uptime", "chain", "tips"] as const;

  it("requests all due parts at once, each at its interval", async () => {
    start({ parts, intervals });
    await vi.advanceTimersByTimeAsync(3500);
    expect(node.rounds).toEqual(["uptime chain tips", ...Array(3).fill("uptime chain")]);
    expect(changes).toEqual(["up"]);
    expect(told).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(node.rounds.filter((round) => round.includes("tips"))).toHaveLength(2);
  });

  it("never has two requests open, and waits for a slow node as long as its answer took", async () => {
    node.delayMs = 5000;
    start({ parts: ["uptime"], intervals });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(node.mostUnderWay).toBe(1);
    expect(node.rounds).toHaveLength(6);
  });

  it("sends one call to an unreachable node at growing intervals, and all calls when it is back", async () => {
    start({ parts, intervals });
    await vi.advanceTimersByTimeAsync(10);
    node.rounds.length = 0;
    node.refuses = () => error("RPC_UNREACHABLE");
    await vi.advanceTimersByTimeAsync(200_000);
    const [first, ...others] = node.rounds;
    expect(first).toBe("uptime chain");
    expect(new Set(others)).toEqual(new Set(["uptime"]));
    // After 1, 2, 4, 8, 16 s, then every 30 s.
    expect(others).toHaveLength(5 + 5);
    node.refuses = () => null;
    node.rounds.length = 0;
    await vi.advanceTimersByTimeAsync(30_100);
    expect(node.rounds.slice(0, 2)).toEqual(["uptime", "chain tips"]);
    expect(changes).toEqual(["up", "gone", "up"]);
  });

  it("waits for a node that starts, and reports its progress", async () => {
    node.refuses = () => new RpcError("uptime", -28, "Verifying blocks…");
    start({ parts, intervals });
    await vi.advanceTimersByTimeAsync(4500);
    expect(node.rounds).toEqual(["uptime chain tips", ...Array(4).fill("uptime")]);
    const { availability } = told.at(-1)!;
    expect(availability.problem?.message).toBe("uptime: Verifying blocks… (-28)");
    expect(availability.since).toBe(told[0]!.availability.since);
    node.refuses = () => null;
    await vi.advanceTimersByTimeAsync(1000);
    expect(changes).toEqual(["starting", "up"]);
  });

  it("repeats a refused call rarely", async () => {
    node.refuses = (part) => (part === "chain" ? error("RPC_FORBIDDEN") : null);
    start({ parts: ["uptime", "chain"], intervals });
    await vi.advanceTimersByTimeAsync(599_000);
    expect(node.rounds.filter((round) => round.includes("chain"))).toHaveLength(1);
    node.refuses = () => null;
    await vi.advanceTimersByTimeAsync(3000);
    expect(node.rounds.filter((round) => round.includes("chain")).length).toBeGreaterThan(1);
    expect(poller.state.refused).toEqual({});
  });

  it("reports nothing after it is stopped", async () => {
    node.delayMs = 100;
    start({ parts, intervals });
    await vi.advanceTimersByTimeAsync(50);
    poller.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([]);
    expect(node.rounds).toHaveLength(1);
  });
});
