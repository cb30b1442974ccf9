import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { textIn } from "../../src/event/fields.ts";
import { readTransaction, transactionRows } from "../../src/store/read-transaction.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { event, eventsOf } from "../model/events.ts";
import { type KeptPlace, keptPlace, readerOf, recordingReaderOf } from "./lives.ts";

/** With reorganisations: another seed has none. */
const SIMULATED = eventsOf(600, 3);
const AMBIGUOUS = ["0", "1"].map((digit) => "feedbeef".padEnd(64, digit));
const EVENTS = [
  ...SIMULATED,
  ...AMBIGUOUS.map((txid) => event("mempool:rejected", 600_000, { txid, reason: "dust" })),
];
const of = (name: string, reason?: string) =>
  EVENTS.filter(
    (event) =>
      event.tracepoint === name && (reason === undefined || textIn(event, "reason") === reason),
  );
const txidOf = (event: RawEvent | undefined): string => textIn(event!, "txid")!;

const directory = temporaryDirectory();
let place: KeptPlace;
beforeAll(async () => {
  place = await keptPlace(directory, EVENTS);
});

/** The hash of the block that the events show right before a removal. */
function blockBefore(removed: RawEvent): string {
  const before = EVENTS.slice(0, EVENTS.indexOf(removed));
  return textIn(
    before.findLast(({ tracepoint }) => tracepoint === "validation:block_connected")!,
    "hash",
  )!;
}

describe("the life of a transaction, read from a state directory", () => {
  it("names the block that the events show, for each confirmed transaction", async () => {
    const reader = await readerOf(place);
    const confirmed = of("mempool:removed", "block").filter((_, i) => i % 40 === 0);
    expect(confirmed.length).toBeGreaterThan(20);
    for (const removed of confirmed) {
      const { steps } = await readTransaction(reader, txidOf(removed));
      const hashes = steps.flatMap(({ block }) => block?.hash ?? []);
      expect(hashes).toContain(blockBefore(removed));
    }
  });

  it("names what replaced it, and what it replaced", async () => {
    const reader = await readerOf(place);
    const replacements = of("mempool:replaced").slice(0, 20);
    expect(replacements).toHaveLength(20);
    for (const replaced of replacements) {
      const [old, by] = ["replaced_txid", "replacement_id"].map((name) => textIn(replaced, name)!);
      expect((await readTransaction(reader, old!)).steps).toContainEqual(
        expect.objectContaining({ change: "replaced", replaced_by: by }),
      );
      expect((await readTransaction(reader, by!)).replaced.map(({ txid }) => txid)).toContain(old);
    }
  });

  it("is the same of a recording", async () => {
    const reader = await readerOf(place);
    const chosen = [
      of("mempool:replaced")[0]!.replaced_txid,
      of("mempool:replaced")[0]!.replacement_id,
    ];
    const reasons = ["block", "conflict", "sizelimit"];
    const txids = [
      ...chosen.map(String),
      ...reasons.map((r) => txidOf(of("mempool:removed", r)[0])),
    ];
    for (const txid of txids) {
      const recorded = await recordingReaderOf(place, transactionRows(txid));
      expect(await readTransaction(recorded, txid)).toEqual(await readTransaction(reader, txid));
    }
  });

  it("is found by the first digits, unless other transactions have them, too", async () => {
    const reader = await readerOf(place);
    const txid = txidOf(of("mempool:added")[0]);
    expect((await readTransaction(reader, txid.slice(0, 8))).txid).toBe(txid);
    await expect(readTransaction(reader, "feedbeef")).rejects.toMatchObject({
      code: "USAGE",
      message: "several transactions begin with feedbeef: feedbeef00000000…, feedbeef11111111…",
    });
  });

  it("that is not kept is an error that says since when transactions are kept", async () => {
    const first = Math.floor(of("mempool:added")[0]!.time / 1000) * 1000;
    const since = `${new Date(first).toISOString().slice(0, 19)}Z`;
    for (const given of ["00000000", "0".repeat(64)]) {
      await expect(readTransaction(await readerOf(place), given)).rejects.toMatchObject({
        code: "NOT_KEPT",
        message: expect.stringContaining(`is not kept; transactions are kept since ${since}`),
      });
    }
    const recorded = await recordingReaderOf(place, transactionRows("00000000"));
    await expect(readTransaction(recorded, "00000000")).rejects.toMatchObject({
      code: "NOT_KEPT",
      message: expect.stringContaining("it covers 2026-01-01T00:00:00Z to 2026-01-01T00:10:00Z"),
    });
  });
});

describe("corelens tx", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [`${REPOSITORY}bin/corelens`, "tx", ...args], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });

  it.each([
    ["replaced", of("mempool:replaced")[0]!.replaced_txid],
    ["that replaced another", of("mempool:replaced")[0]!.replacement_id],
    ["confirmed", txidOf(of("mempool:removed", "block")[0])],
    ["in conflict", txidOf(of("mempool:removed", "conflict")[0])],
  ])("prints a transaction that was %s", async (name, txid) => {
    const { stdout, stderr, status } = run(String(txid), "--from", place.recording);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`golden/tx-${name.replaceAll(" ", "-")}.txt`);
  });

  it("fails with status 3 for what is not kept, 2 for what is no transaction", () => {
    const missing = run("0123456789", "--from", place.recording);
    expect(missing.stderr).toContain(
      "NOT_KEPT: the recording does not show transaction 0123456789…",
    );
    expect([missing.status, missing.stdout]).toEqual([3, ""]);
    expect(run("0123", "--from", place.recording).status).toBe(2);
    const nowhere = run("0123456789", "--state", "/nowhere");
    expect(nowhere.stderr).toContain("NOT_KEPT: nothing is kept in /nowhere");
    expect(nowhere.status).toBe(3);
  });
});
