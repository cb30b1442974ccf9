import { describe, expect, it } from "vitest";
import { MempoolMonitor } from "../../src/commands/mempool-monitor/mempool-monitor.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { MEMPOOL_TRACEPOINTS } from "../../src/model/mempool/flow.ts";
import { eventAt, expectSizeKept, START, shot, textOf, told } from "./screens.ts";

process.env.TZ = "UTC";

const txid = (n: number): string => n.toString(16).padStart(8, "0").repeat(8);
const entry_time = START / 1000 - 23;

function added(ms: number, n: number, fee: number, vsize = 141): StreamEvent {
  return eventAt(ms, "mempool:added", { txid: txid(n), vsize, fee });
}

function removed(ms: number, n: number, reason: string, fee = 1410): StreamEvent {
  return eventAt(ms, "mempool:removed", { txid: txid(n), reason, vsize: 141, fee, entry_time });
}

function replaced(ms: number, n: number, by: number, fee: number): StreamEvent {
  return eventAt(ms, "mempool:replaced", {
    ...{ replaced_txid: txid(n), replaced_vsize: 141, replaced_fee: fee },
    replaced_entry_time: entry_time,
    ...{ replacement_id: txid(by), replacement_vsize: 200, replacement_fee: 9000 },
    replacement_is_txid: by < 900,
  });
}

function rejected(ms: number, n: number, reason: string): StreamEvent {
  return eventAt(ms, "mempool:rejected", { txid: txid(n), reason });
}

/** Two minutes: additions, a replacement of a transaction and its descendant, a package, rejections, a block. */
const EVENTS: readonly StreamEvent[] = [
  ...Array.from({ length: 60 }, (_, i) => added(i * 1000, i, 100 + i * i * 20)),
  rejected(61_000, 61, "min relay fee not met"),
  rejected(62_000, 62, "bad-txns-inputs-missingorspent"),
  rejected(62_500, 63, "min relay fee not met"),
  replaced(70_000, 20, 100, 4000),
  replaced(70_000.001, 21, 100, 3000),
  removed(70_000.01, 20, "replaced", 4000),
  removed(70_000.02, 21, "replaced", 3000),
  added(70_000.1, 100, 9000, 200),
  replaced(80_000, 22, 901, 10_000),
  removed(80_000.01, 22, "replaced", 10_000),
  removed(90_000, 3, "expiry"),
  ...Array.from({ length: 2113 }, (_, i) => removed(100_000 + i / 10, 1000 + i, "block")),
  removed(101_000, 4, "sizelimit"),
];

const monitor = (events = EVENTS): MempoolMonitor => told(new MempoolMonitor(), events);
const WIDE = { columns: 120, rows: 40, at: 120_000 };

function logOf(lines: readonly string[]): string[] {
  return lines.filter((line) => /^\d\d:\d\d:\d\d /.test(line)).map((line) => line.slice(10));
}

describe("the screen of mempool-monitor", () => {
  it.each([
    [40, 12],
    [80, 24],
    [200, 60],
  ])("the screen shows figures and a log in %i columns and %i rows", async (columns, rows) => {
    const lines = shot(monitor(), [], { columns, rows, at: 120_000 });
    await expect(textOf(lines)).toMatchFileSnapshot(`golden/mempool-${columns}x${rows}.txt`);
  });

  it("the help explains replacements and their descendants", async () => {
    const lines = shot(monitor(), [], { columns: 80, rows: 24, at: 120_000, helpTop: 0 });
    await expect(textOf(lines)).toMatchFileSnapshot("golden/mempool-help-80x24.txt");
  });
});

describe("mempool-monitor", () => {
  it("a snapshot counts since the beginning, in the last minute and in the last ten", () => {
    expect(monitor().snapshot(START + 120_000)).toMatchObject({
      added: { total: 61, last_minute: 1, last_10_minutes: 61 },
      removed: { total: 2118, last_minute: 2118, last_10_minutes: 2118 },
      replaced: { total: 3 },
      replacements: 2,
      rejected: { total: 3 },
      removal_reasons: { block: 2113, replaced: 3, expiry: 1, sizelimit: 1 },
      rejection_reasons: { "min relay fee not met": 2, "bad-txns-inputs-missingorspent": 1 },
      growth_vbytes: 60 * 141 + 200 - 2118 * 141,
    });
    expect(monitor().snapshot(START + 900_000)).toMatchObject({
      added: { total: 61, last_minute: 0, last_10_minutes: 0 },
    });
  });

  it("the log shows each replaced transaction once, with the total difference of fees", () => {
    const log = logOf(shot(monitor(), [], WIDE)).filter((line) => !line.startsWith("added"));
    expect(log.slice(0, 8)).toEqual([
      "rejected  0000003…000003d  min relay fee not met",
      "rejected  0000003…000003e  bad-txns-inputs-missingorspent",
      "rejected  0000003…000003f  min relay fee not met",
      "replaced  0000001…0000014      28.37 sat/vB  → 45.00  +5,000 sat  by 0000006…0000064  after 1m33s",
      "replaced  0000001…0000015      21.28 sat/vB  → 45.00  +2,000 sat for all 2  by 0000006…0000064  after 1m33s",
      "replaced  0000001…0000016      70.92 sat/vB  → 45.00  -1,000 sat  by package 0000038…0000385  after 1m43s",
      "removed   0000000…0000003      10.00 sat/vB  expiry  1,410 sat  141 vB  after 1m53s",
      "removed   2,113                10.00 sat/vB  block  2,979,330 sat  297,933 vB",
    ]);
  });

  it("the log shows the removal of a replaced transaction where mempool:replaced is missing", () => {
    const log = logOf(shot(monitor([removed(0, 1, "replaced")]), [], WIDE));
    expect(log).toEqual([
      "removed   0000000…0000001      10.00 sat/vB  replaced  1,410 sat  141 vB  after 23s",
    ]);
  });

  it("keys hide kinds of changes, and a filter searches ids and reasons", () => {
    const tool = monitor();
    const kinds = (keys: string[]) =>
      new Set(logOf(shot(tool, keys, WIDE)).map((line) => line.split(" ")[0]));
    expect(kinds(["1", "2"])).toEqual(new Set(["replaced", "rejected"]));
    expect(shot(tool, [], WIDE).join("\n")).toContain("not in the log");
    expect(kinds(["1", "2", "/", ..."MISSING", "return"])).toEqual(new Set(["rejected"]));
    expect(kinds(["escape", "/", ...txid(20), "return"])).toEqual(new Set(["added", "replaced"]));
    expect(kinds(["escape"]).size).toBe(4);
  });

  it("the log does not move while it is scrolled, and follows again at its end", () => {
    const tool = monitor();
    const before = logOf(shot(tool, ["up", "up"], WIDE));
    tool.take(added(121_000, 999, 1));
    expect(logOf(shot(tool, [], WIDE))).toEqual(before);
    expect(logOf(shot(tool, ["end"], WIDE)).at(-1)).toContain("0.01 sat/vB");
  });

  it("the key w shows the figures of the last minute", () => {
    const tool = monitor();
    expect(shot(tool, [], WIDE).join("\n")).toContain("ADDED, sat/vB  total");
    const lastMinute = shot(tool, ["w", "w"], WIDE).join("\n");
    expect(lastMinute).toContain("ADDED, sat/vB  1 min");
    expect(lastMinute).toMatch(/20-50 +1 /);
    expect(lastMinute).toMatch(/50-100 +0 /);
  });

  it("the monitor keeps a bounded number of reasons and of changes", () => {
    const flood = Array.from({ length: 20_000 }, (_, i) => rejected(i, i, `reason ${i}`));
    const tool = monitor(flood);
    const { rejection_reasons } = tool.snapshot(START + 20_000);
    expect(Object.keys(rejection_reasons as object)).toHaveLength(41);
    expect(rejection_reasons).toMatchObject({ other: 19_960 });
    const oldest = logOf(shot(tool, ["home"], WIDE))[0];
    expect(oldest).toMatch(/reason 1\d{4}$/);
  });

  it("the screen keeps its size for any events", () => {
    expectSizeKept({
      toolOf: (events) => monitor(events),
      tracepoints: MEMPOOL_TRACEPOINTS,
      fields: [
        ...["txid", "vsize", "fee", "reason", "entry_time", "replaced_txid", "replaced_vsize"],
        ...["replaced_fee", "replacement_id", "replacement_vsize", "replacement_fee"],
      ],
      keys: ["up", "down", "return", "1", "4", "w", "/", "a", "escape", "pageup", "G"],
      line: /^[\x20-\x7e…·→█▏▎▍▌▋▊▉]*$/,
    });
  });
});
