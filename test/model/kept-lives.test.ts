import { describe, expect, it } from "vitest";
import {
  type AnnouncedBlock,
  connectionLife,
  SEEN_MS,
} from "../../src/model/kept/connection-life.ts";
import { keptBlocks } from "../../src/model/kept/kept-block.ts";
import type { KeptRow } from "../../src/model/kept/tables.ts";

type ConnectionRow = KeptRow<"connections">;

const ADDRESS = "203.0.113.7:8333";
const connection = (members: Partial<ConnectionRow> = {}): ConnectionRow => ({
  ...({
    pid: 42,
    peer_id: 7,
    address: ADDRESS,
    first_seen: 10_000,
    updated: 20_000,
  } as ConnectionRow),
  ...{ opened: 10_000, closed: 15_000 },
  ...members,
});
const announced = (first_seen: number | null, members: Partial<AnnouncedBlock> = {}) => ({
  ...{ time: (first_seen ?? 12_000) + 100, pid: 42, height: 1, hash: "00", lead_ns: null },
  ...{ first_seen, first_peer_id: 7, first_address: ADDRESS },
  ...members,
});
const NEWEST = { pid: 42, updated: 20_000 };

describe("the life of a connection", () => {
  it("names the blocks that this peer announced first while it was connected", () => {
    const blocks = [
      announced(14_999, { height: 5 }),
      announced(10_000, { height: 4 }),
      announced(null, { height: 6, first_address: null, time: 12_000 }),
      announced(9999),
      announced(15_001),
      announced(12_000, { pid: 43 }),
      announced(12_000, { first_peer_id: 8 }),
      announced(12_000, { first_address: "203.0.113.8:8333" }),
    ];
    const { first_announced } = connectionLife(connection(), blocks, NEWEST);
    expect(first_announced.map(({ height }) => height)).toEqual([4, 6, 5]);
  });

  it("is closed, or open as long as its row is renewed, or lost sight of", () => {
    const statusOf = (row: ConnectionRow, newest = NEWEST) =>
      connectionLife(row, [], newest).status;
    const open = connection({ closed: null });
    expect(statusOf(connection())).toBe("closed");
    expect(statusOf(open)).toBe("open");
    expect(statusOf(open, { pid: 42, updated: 20_000 + SEEN_MS })).toBe("open");
    expect(statusOf(open, { pid: 42, updated: 20_001 + SEEN_MS })).toBe("lost_sight");
    expect(statusOf(open, { pid: 43, updated: 20_000 })).toBe("lost_sight");
  });

  it("lasted until it closed, or until it was seen last", () => {
    const lasted = (members: Partial<ConnectionRow>) =>
      connectionLife(connection(members), [], NEWEST).lasted_s;
    expect(lasted({})).toBe(5);
    expect(lasted({ closed: null })).toBe(10);
    expect(lasted({ opened: null, first_seen: 12_000 })).toBe(3);
  });
});

describe("a kept block", () => {
  const block = (hash: string, stale: boolean, pid = 42) =>
    ({ pid, hash, stale, time: 1, document: null }) as KeptRow<"blocks">;
  const reorganisation = (time: number, replaced: readonly string[], pid = 42) =>
    ({ pid, time, replaced }) as unknown as KeptRow<"reorganisations">;

  it("has the last reorganisation of its node that replaced it", () => {
    const all = [
      reorganisation(5, ["aa", "bb"]),
      reorganisation(9, ["aa"]),
      reorganisation(11, ["aa"], 43),
      { ...reorganisation(12, []), replaced: null },
    ];
    const found = keptBlocks([block("aa", true), block("bb", true), block("cc", true)], all);
    expect(found.map(({ reorganisation }) => reorganisation?.time)).toEqual([9, 5, undefined]);
  });

  it("has none once a later one has brought it back", () => {
    const [found] = keptBlocks([block("aa", false)], [reorganisation(5, ["aa"])]);
    expect(found).toMatchObject({ stale: false, reorganisation: null });
  });
});
