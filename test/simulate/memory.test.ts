import { describe, expect, it } from "vitest";
import { firstMinutes } from "./events.ts";

describe("memory", () => {
  it("stays flat: what four more hours leave in use is little", () => {
    const collect = globalThis.gc;
    let early = 0;
    let mempool = 0;
    let largest = 0;
    for (const { at, tracepoint } of firstMinutes(5 * 60, { seed: 5 })) {
      if (tracepoint === "mempool:added") mempool++;
      if (tracepoint === "mempool:removed") mempool--;
      largest = Math.max(largest, mempool);
      if (early === 0 && at > 60 * 60_000) {
        collect?.();
        early = process.memoryUsage().heapUsed;
      }
    }
    collect?.();
    expect(largest).toBeLessThan(600);
    expect(process.memoryUsage().heapUsed - early).toBeLessThan(64e6);
  });
});
