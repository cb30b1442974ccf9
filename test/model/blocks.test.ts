import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { partsOf } from "../../src/model/blocks/block-path.ts";
import { DURATIONS } from "../../src/model/blocks/blocks.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { BEGIN, event, message } from "./events.ts";

function connected(at: number, height: number, ms: number): RawEvent {
  const hash = String(height).padStart(64, "0");
  return event("validation:block_connected", at, { hash, height, duration_ns: ms * 1e6 });
}

function blocksOf(events: readonly RawEvent[]) {
  const picture = new NodeModel(BEGIN);
  for (const each of events) picture.see(each);
  return picture.view("blocks");
}

describe("a block's way", () => {
  it("is waiting, asking for missing transactions, and connecting", () => {
    const { blocks } = blocksOf([
      message("inbound", 9000, 3, "cmpctblock"),
      message("outbound", 9010, 3, "getblocktxn"),
      message("outbound", 9020, 4, "getblocktxn"),
      message("inbound", 9050, 3, "blocktxn"),
      connected(9200, 7, 30),
    ]);
    expect(blocks[0]?.parts).toEqual({ waiting: 130, asking: 40, connecting: 30 });
  });

  it("has parts that are never longer than the whole, whatever is told", () => {
    const asked = { direction: "out", peer: 1, size: 1, type: "getblocktxn" } as const;
    const answered = { direction: "in", peer: 1, size: 1, type: "blocktxn" } as const;
    const steps = [
      { ...asked, at: 0 },
      { ...answered, at: 90 },
    ];
    expect(partsOf(steps, 100, 5000)).toEqual({ waiting: 0, asking: 0, connecting: 100 });
    expect(partsOf(steps, 100, 30)).toEqual({ waiting: 0, asking: 70, connecting: 30 });
    expect(partsOf(steps, 100, -3)).toEqual({ waiting: 10, asking: 90, connecting: 0 });
    expect(partsOf([], 100, null)).toEqual({ waiting: 100, asking: 0, connecting: 0 });
  });

  it("is told first by somebody, so long before the others", () => {
    const { blocks, announcers } = blocksOf([
      message("inbound", 9000, 3, "cmpctblock"),
      message("inbound", 9040, 4, "headers", 82),
      connected(9200, 7, 1),
      message("inbound", 30_000, 3, "cmpctblock"),
      connected(30_100, 8, 1),
      message("inbound", 60_000, 4, "cmpctblock"),
      connected(60_100, 9, 1),
      connected(90_000, 10, 1),
    ]);
    expect(blocks.map(({ first }) => first?.peer)).toEqual([undefined, 4, 3, 3]);
    expect(announcers).toEqual([
      { peer: 3, address: "203.0.113.3:8333", blocks: 2, lead: 40 },
      { peer: 4, address: "203.0.113.4:8333", blocks: 1, lead: null },
    ]);
  });
});

describe("blocks", () => {
  it("are slow above three times their median, and not below 50 ms", () => {
    const times = (durations: readonly number[]) =>
      blocksOf(durations.map((ms, i) => connected(i * 60_000, i, ms))).slow.connecting;
    expect(times([1, 2, 3, 4])).toBeNull();
    expect(times([1, 2, 3, 4, 5])).toBe(50);
    expect(times([100, 200, 300, 400, 5000])).toBe(900);
  });

  it("are counted by how long connecting took", () => {
    const { durations } = blocksOf(
      [0.2, 1, 4, 4, 99_999].map((ms, i) => connected(i * 1000, i, ms)),
    );
    expect(Object.fromEntries(DURATIONS.map((from, i) => [from, durations[i]]))).toMatchObject({
      0: 1,
      1: 1,
      2: 2,
      5: 0,
      5000: 1,
    });
  });
});
