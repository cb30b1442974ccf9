import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../../src/event/event.ts";
import { DURATIONS_MS } from "../../../src/model/blocks/durations.ts";
import { NodeModel } from "../../../src/model/node-model.ts";
import { BEGIN, event, message } from "../events.ts";

function connected(at: number, height: number, ms: number): RawEvent {
  const hash = String(height).padStart(64, "0");
  return event("validation:block_connected", at, { hash, height, duration_ns: ms * 1e6 });
}

function blocksOf(events: readonly RawEvent[]) {
  const model = new NodeModel(BEGIN);
  for (const each of events) model.see(each);
  return model.view("blocks");
}

const peer = (id: number) => ({
  ...{ id, address: `203.0.113.${id}:8333`, connection_type: "outbound-full-relay" },
});

describe("a block", () => {
  it("spends its time waiting, requesting missing transactions, and connecting", () => {
    const { blocks } = blocksOf([
      message("inbound", 9000, 3, "cmpctblock"),
      message("outbound", 9010, 3, "getblocktxn"),
      message("outbound", 9020, 4, "getblocktxn"),
      message("inbound", 9050, 3, "blocktxn"),
      connected(9200, 7, 30),
    ]);
    expect(blocks[0]?.parts).toEqual({
      ...{ waiting_ns: 130e6, requesting_ns: 40e6, connecting_ns: 30e6 },
    });
  });

  it("is announced first by a peer, with a lead over the others", () => {
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
    expect(blocks.map(({ first }) => first?.peer_id)).toEqual([undefined, 4, 3, 3]);
    expect(announcers).toEqual([
      { peer: peer(3), blocks: 2, lead_ns: 40e6 },
      { peer: peer(4), blocks: 1, lead_ns: null },
    ]);
  });
});

describe("blocks", () => {
  it("are slow above three times their median, and not below 50 ms", () => {
    const times = (durations: readonly number[]) =>
      blocksOf(durations.map((ms, i) => connected(i * 60_000, i, ms))).slow.connecting_ns;
    expect(times([1, 2, 3, 4])).toBeNull();
    expect(times([1, 2, 3, 4, 5])).toBe(50e6);
    expect(times([100, 200, 300, 400, 5000])).toBe(900e6);
  });

  it("are counted by how long connecting took", () => {
    const { durations } = blocksOf(
      [0.2, 1, 4, 4, 99_999].map((ms, i) => connected(i * 1000, i, ms)),
    );
    expect(Object.fromEntries(DURATIONS_MS.map((from, i) => [from, durations[i]]))).toMatchObject({
      0: 1,
      1: 1,
      2: 2,
      5: 0,
      5000: 1,
    });
  });
});
