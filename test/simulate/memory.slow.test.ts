import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { firstMinutes } from "./events.ts";

/** Bytes in use after garbage was collected. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

describe("the memory of a simulation", () => {
  it("does not grow in four more hours, and the mempool is bounded", () => {
    let afterAnHour = 0;
    let mempool = 0;
    let largest = 0;
    for (const { at, tracepoint } of firstMinutes(5 * 60, { seed: 5 })) {
      if (tracepoint === "mempool:added") mempool++;
      if (tracepoint === "mempool:removed") mempool--;
      largest = Math.max(largest, mempool);
      if (afterAnHour === 0 && at > 60 * 60_000) afterAnHour = heapInUse();
    }
    expect(largest).toBeLessThan(600);
    expect(heapInUse() - afterAnHour).toBeLessThan(4e6);
  });
});
