import { describe, expect, it } from "vitest";
import { play } from "../../src/simulate/player.ts";
import { simulateReindex } from "../../src/simulate/reindex.ts";
import { simulate } from "../../src/simulate/simulation.ts";
import type { SimulatedEvent } from "../../src/simulate/world.ts";

function every(ms: number, count: number): SimulatedEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    at: i * ms,
    tracepoint: "test:event",
    args: {},
  }));
}

describe("a player", () => {
  it("hands over each event at its time, none early", async () => {
    const begin = performance.now();
    const early: number[] = [];
    await play(every(10, 20), ({ at }) => {
      if (performance.now() - begin < at - 1) early.push(at);
    });
    expect(early).toEqual([]);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(189);
  });

  it("plays ten times as fast at speed 10", async () => {
    const begin = performance.now();
    await play(every(100, 21), () => {}, { speed: 10 });
    const took = performance.now() - begin;
    expect(took).toBeGreaterThan(198);
    expect(took).toBeLessThan(2000);
  });

  it("stops when told, from outside and from the sink, and the promise is fulfilled", async () => {
    const outside = new AbortController();
    setTimeout(() => outside.abort(), 20);
    await play(every(60_000, 2), () => {}, { signal: outside.signal });

    const inside = new AbortController();
    let handed = 0;
    const sink = () => {
      if (++handed === 5) inside.abort();
    };
    await play(simulate({ seed: 1 }), sink, { speed: "max", signal: inside.signal });
    expect(handed).toBe(5);
  });

  it("lets others run while it plays as fast as it can", async () => {
    const stop = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 5) stop.abort();
    }, 5);
    await play(simulateReindex({ seed: 1 }), () => {}, { speed: "max", signal: stop.signal });
    clearInterval(timer);
    expect(ticks).toBe(5);
  });

  it("catches up when the process was busy", async () => {
    const handed: number[] = [];
    await play(every(1, 200), ({ at }) => {
      if (at === 10) for (const until = performance.now() + 100; performance.now() < until; );
      handed.push(at);
    });
    expect(handed).toEqual(every(1, 200).map(({ at }) => at));
  });

  it("rejects with what the sink throws", async () => {
    const failing = play(every(0, 1), () => {
      throw new Error("sink is full");
    });
    await expect(failing).rejects.toThrow("sink is full");
  });

  it("waits for nothing between coin events of a reindexing node at full speed", async () => {
    const stop = new AbortController();
    const most = 10_000;
    let coins = 0;
    const events = simulateReindex({ seed: 1 });
    events.next(); // makes the blocks
    await play(
      events,
      ({ tracepoint }) => {
        if (tracepoint.startsWith("utxocache:")) coins++;
        if (coins === most) stop.abort();
      },
      { speed: "max", signal: stop.signal },
    );
    expect(coins).toBeGreaterThanOrEqual(most);
  });
});
