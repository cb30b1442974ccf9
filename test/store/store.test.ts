import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { textIn } from "../../src/event/fields.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { restore } from "../../src/store/restore.ts";
import { StateDirectory } from "../../src/store/state-directory.ts";
import { Store } from "../../src/store/store.ts";
import { CHART_TABLES } from "../../src/store/tables.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, root } from "../helpers/needs.ts";
import { BEGIN, eventsOf } from "../model/events.ts";
import { ask, compact, keep, MB } from "./kept.ts";

const EVENTS = eventsOf(150);
const SUMS =
  "SELECT name, sum(sum) AS sum FROM charts_1s WHERE name <> '' GROUP BY name ORDER BY name";

const partsOf = (path: string, table: string) => readdirSync(new StateDirectory(path).table(table));

describe("a state directory", () => {
  it("keeps the sums of all charts, in journals and in Parquet files", async () => {
    const path = temporaryDirectory();
    const model = await keep(path, EVENTS);
    const { columns } = model.seconds(0);
    const before = await ask(path, SUMS);
    const [answer] = before.answers;
    expect(answer!.map(({ name }) => name)).toEqual(Object.keys(columns).sort());
    for (const { name, sum } of answer!) {
      const expected = columns[String(name)]!.reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(expected, 3);
    }
    await compact(path);
    const journals = new StateDirectory(path).journals("seconds");
    expect(readdirSync(journals)).toHaveLength(1);
    expect((await ask(path, SUMS)).answers[0]).toHaveLength(answer!.length);
    await compact(path);
    expect(readdirSync(journals)).toEqual([]);
    const after = await ask(path, SUMS);
    expect(after.answers[0]!.map(({ name }) => name)).toEqual(answer!.map(({ name }) => name));
    for (const [i, { sum }] of after.answers[0]!.entries()) {
      expect(sum).toBeCloseTo(Number(answer![i]!.sum), 3);
    }
  });

  it("keeps charts in resolutions that agree, with the extremes of their seconds", async () => {
    const path = temporaryDirectory();
    await keep(path, EVENTS);
    const bucketed = (ms: number) =>
      `SELECT name, epoch_ms(time) // ${ms} AS bucket, sum(sum)::DECIMAL(18, 3)::VARCHAR AS sum,
        max(max) AS max, sum(seconds)::INT AS rows
      FROM charts_1s WHERE name <> '' GROUP BY ALL ORDER BY ALL`;
    const kept = (table: string, ms: number) =>
      `SELECT name, epoch_ms(time) // ${ms} AS bucket, sum::DECIMAL(18, 3)::VARCHAR AS sum, max, seconds::INT AS rows
      FROM ${table} WHERE name <> '' ORDER BY ALL`;
    const zero =
      "SELECT count(*)::INT AS n FROM charts_10s JOIN (SELECT time, seconds AS known FROM charts_10s WHERE name = '') USING (time) WHERE seconds < known AND min <> 0";
    for (const isCompacted of [false, true]) {
      if (isCompacted) await compact(path);
      for (const [table, { stepMs }] of Object.entries(CHART_TABLES)) {
        const { answers } = await ask(path, bucketed(stepMs), kept(table, stepMs), zero);
        expect(answers[1], table).toEqual(answers[0]);
        expect(answers[2]).toEqual([{ n: 0 }]);
      }
    }
  });

  it("keeps each change of the mempool, flush, block and connection", async () => {
    const path = temporaryDirectory();
    const model = await keep(path, EVENTS);
    await compact(path);
    const { answers } = await ask(
      path,
      "SELECT txid, change, reason FROM transactions WHERE change <> 'replaced' ORDER BY time, txid",
      "SELECT height, hash, transactions, stale, document IS NOT NULL AS whole FROM blocks ORDER BY time",
      "SELECT count(*)::INT AS n FROM flushes",
      "SELECT peer_id, received, closed IS NOT NULL AS is_closed FROM connections ORDER BY first_seen, peer_id",
    );
    const changes = EVENTS.filter(({ tracepoint }) =>
      /^mempool:(added|removed|rejected)$/.test(tracepoint),
    ).map((event) => ({
      txid: textIn(event, "txid"),
      change: event.tracepoint.slice(8),
      reason: textIn(event, "reason"),
    }));
    const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(answers[0]!)).toEqual(sorted(changes));
    const connected = EVENTS.filter(
      ({ tracepoint }) => tracepoint === "validation:block_connected",
    );
    expect(answers[1]!.map(({ hash }) => hash)).toEqual(connected.map(({ hash }) => hash));
    expect(answers[1]![0]).toMatchObject({ whole: true });
    expect(answers[2]).toEqual([
      { n: EVENTS.filter((e) => e.tracepoint === "utxocache:flush").length },
    ]);
    for (const { peer_id, is_closed } of answers[3]!) {
      const peer = model.moment.peers.find(Number(peer_id));
      if (peer) expect(is_closed).toBe(peer.closed !== null);
    }
  });

  it("gives a restarted process its charts, with a gap between", async () => {
    const path = temporaryDirectory();
    const former = await keep(path, EVENTS);
    const gapMs = 20_000;
    const model = new NodeModel(former.now + gapMs);
    expect(await restore(model, new StateDirectory(path))).toEqual([]);
    model.advance(model.now + 3000);
    const [before, after] = [former, model].map((each) => each.excerpt("overview", "5m", 0));
    const { length } = before!;
    expect(after!.begin).toBe(before!.begin);
    expect(after!.seconds).toEqual([
      ...before!.seconds,
      ...new Array<number>(gapMs / 1000).fill(0),
      ...[1, 1, 1],
    ]);
    for (const [name, values] of Object.entries(before!.columns)) {
      for (const [i, value] of after!.columns[name]!.slice(0, length).entries()) {
        expect(value, name).toBeCloseTo(values[i]!, 6);
      }
    }
  });

  it("gives a restarted process its lists of blocks, reorganisations and flushes", async () => {
    const path = temporaryDirectory();
    const former = await keep(path, eventsOf(600, 3));
    const model = new NodeModel(former.now + 1000);
    await restore(model, new StateDirectory(path));
    const [before, after] = [former, model].map((each) => each.view("blocks"));
    const plain = (value: object) => JSON.parse(JSON.stringify(value));
    const stable = ({ stale: _, ...block }: object & { stale: boolean }) => plain(block);
    expect(after!.blocks.map(stable)).toEqual(before!.blocks.map(stable));
    // Times are kept to the microsecond.
    const rounded = <Row extends { time: number }>(rows: readonly Row[]) =>
      rows.map((row) => ({ ...row, time: Math.round(row.time * 1000) / 1000 }));
    expect(rounded(after!.reorganisations)).toEqual(rounded(before!.reorganisations));
    const flushes = ({ flushes }: ReturnType<typeof former.view<"coins">>) =>
      rounded(flushes).map(({ number: _, ...flush }) => flush);
    expect(flushes(model.view("coins"))).toEqual(flushes(former.view("coins")));
    expect(model.view("coins").flushed).toBe(0);
    const { incidents } = former.moment;
    expect(incidents.recent.length).toBeGreaterThan(3);
    expect(model.moment.incidents.recent.map(({ id, text }) => [id, text])).toEqual(
      incidents.recent.map(({ id, text }) => [id, text]),
    );
    expect(Object.values(model.moment.incidents.totals)).toEqual(
      Object.values(incidents.totals).map(() => 0),
    );
  });

  it("that is empty gives nothing", async () => {
    const path = temporaryDirectory();
    await (await Store.open(path, { maxBytes: MB })).close();
    const model = new NodeModel(BEGIN);
    expect(await restore(model, new StateDirectory(path))).toEqual([]);
    expect((await ask(path, "FROM blocks", "FROM charts_1s")).answers).toEqual([[], []]);
  });

  it("is read without the line that a crash cut, and without damaged files", async () => {
    const path = temporaryDirectory();
    await keep(path, EVENTS);
    await compact(path);
    await keep(path, EVENTS);
    const directory = new StateDirectory(path);
    const [journal] = readdirSync(directory.journals("transactions"));
    const whole = "SELECT count(*)::INT AS n FROM transactions";
    const before = (await ask(path, whole)).answers[0]![0]!.n;
    appendFileSync(join(directory.journals("transactions"), journal!), '{"time":1767225600000,"pi');
    expect((await ask(path, whole)).answers).toEqual([[{ n: before }]]);
    const [part] = partsOf(path, "transactions");
    const file = join(directory.table("transactions"), part!);
    for (const cut of ["end", "all", "garbage"]) {
      if (cut === "end") truncateSync(file, statSync(file).size - 5);
      if (cut === "all") truncateSync(file, 0);
      if (cut === "garbage") writeFileSync(file, Buffer.alloc(100_000, 7));
      const { damaged, answers } = await ask(path, whole);
      expect(damaged, cut).toEqual([file]);
      expect(answers, cut).toEqual([[{ n: Number(before) / 2 }]]);
    }
  });

  it("has one writer", async () => {
    const path = temporaryDirectory();
    const store = await Store.open(path, { maxBytes: MB });
    await expect(Store.open(path, { maxBytes: MB })).rejects.toMatchObject({
      code: "STATE_IN_USE",
    });
    await store.close();
    await (await Store.open(path, { maxBytes: MB })).close();
  });

  it.each([
    ['{"version":2}', "STATE_VERSION"],
    ["{", "STATE_UNUSABLE"],
    ["{}", "STATE_UNUSABLE"],
    ["", "STATE_UNUSABLE"],
  ])("with the description %s is left alone", async (text, code) => {
    const path = temporaryDirectory();
    writeFileSync(join(path, "state.json"), text);
    await expect(Store.open(path, { maxBytes: MB })).rejects.toMatchObject({ code });
    expect(readFileSync(join(path, "state.json"), "utf8")).toBe(text);
  });

  it("that is a file cannot be used", async () => {
    const path = join(temporaryDirectory(), "file");
    writeFileSync(path, "");
    await expect(Store.open(path, { maxBytes: MB })).rejects.toMatchObject({
      code: "STATE_UNUSABLE",
    });
  });

  it("stays within its budget, and loses its oldest transactions first", async () => {
    const path = temporaryDirectory();
    for (let i = 0; i < 3; i++) {
      await keep(path, EVENTS);
      await compact(path);
      await compact(path);
    }
    const all = [...SOURCE_TABLES].map((name) => [name, partsOf(path, name)] as const);
    const bytes = bytesOf(path);
    const [first, ...rest] = partsOf(path, "transactions").sort();
    await compact(path, bytes - 1);
    expect(bytesOf(path)).toBeLessThan(bytes);
    for (const [name, parts] of all) {
      const left = partsOf(path, name);
      if (name === "transactions" && !left.includes(first!)) expect(left.sort()).toEqual(rest);
      else if (name !== "connections") expect(left).toEqual(parts);
    }
    await keep(path, EVENTS);
    await compact(path, 0);
    expect(bytesOf(path)).toBe(0);
  });
});

describeNeeding([root], "a state directory on a full disk", () => {
  it("keeps what it has, says so, and continues when there is room", async () => {
    const path = temporaryDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", path]);
    onTestFinished(() => void execFileSync("umount", ["-l", path]));
    const store = await Store.open(path, { maxBytes: MB });
    const second = (i: number) => store.addSecond(BEGIN + i * 1000, { a: i + 1 });
    const filler = join(path, "filler");
    second(0);
    await store.tick();
    expect(store.problem).toBeNull();
    expect(() => writeFileSync(filler, Buffer.alloc(MB))).toThrow();
    for (let i = 1; i < 200; i++) {
      second(i);
      await store.tick();
    }
    expect(store.problem).toMatchObject({ code: "STATE_UNUSABLE" });
    truncateSync(filler, 0);
    await store.tick();
    await store.close();
    expect(store.dropped).toBe(0);
    const { answers } = await ask(
      path,
      "SELECT sum(sum)::INT AS sum FROM charts_1s WHERE name = 'a'",
    );
    expect(answers).toEqual([[{ sum: (200 * 201) / 2 }]]);
  });
});

const SOURCE_TABLES = ["blocks", "reorganisations", "connections", "transactions", "flushes"];

function bytesOf(path: string): number {
  const tables = readdirSync(join(path, "tables"));
  const files = tables.flatMap((table) =>
    readdirSync(join(path, "tables", table)).map((name) => join(path, "tables", table, name)),
  );
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}
