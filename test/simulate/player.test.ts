import { describe, expect, it } from "vitest";
import { play } from "../../src/simulate/player.ts";
import { simulateReindex } from "../../src/simulate/reindex.ts";
import { simulate } from "../../src/simulate/simulation.ts";
import type { SimulatedEvent } from "../../src/simulate/world.ts";
import { CLOCK } from "../../src/util/clock.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

function every(ms: number, count: number): SimulatedEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    at: i * ms,
    tracepoint: "test:event",
    args: {},
  }));
}

describe("a player", () => {
  it.each([1, 10])("passes each event to the sink when it is due at speed %i", async (speed) => {
    const clock = new ManualClock();
    const times: number[] = [];
    await play(every(10, 20), () => times.push(clock.time), { speed, clock });
    expect(times).toEqual(every(10, 20).map(({ at }) => at / speed));
  });

  it("waits with the process's own clock, never less than requested", async () => {
    const begin = CLOCK.now();
    await play(every(10, 3), ({ at }) => {
      // Timers are precise to a millisecond.
      expect(CLOCK.now() - begin).toBeGreaterThan(at - 1);
    });
  });

  it("stops when the signal is aborted, outside or in the sink, and fulfils the promise", async () => {
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

  it("lets timers run while it plays at maximum speed", async () => {
    const stop = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 5) stop.abort();
    }, 5);
    await play(simulateReindex({ seed: 1 }), () => {}, { speed: "max", signal: stop.signal });
    clearInterval(timer);
    expect(ticks).toBe(5);
  });

  it("passes events that became due while the process was busy at once", async () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const sink = ({ at }: SimulatedEvent) => {
      times.push(clock.time);
      if (at === 10) clock.time += 100;
    };
    await play(every(1, 200), sink, { clock });
    const due = every(1, 200).map(({ at }) => at);
    expect(times).toEqual(due.map((at) => (at > 10 ? Math.max(at, 110) : at)));
  });

  it("rejects with the error that the sink throws", async () => {
    const failing = play(every(0, 1), () => {
      throw new Error("sink is full");
    });
    await expect(failing).rejects.toThrow("sink is full");
  });

  it("does not wait between coin events of a reindexing node at full speed", async () => {
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
