import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { numberIn, textIn } from "../../src/event/fields.ts";
import { exportTables } from "../../src/recording/export.ts";
import { ParquetTable } from "../../src/recording/parquet-table.ts";
import { SqlSession } from "../../src/store/sql-session.ts";
import { StateDirectory } from "../../src/store/state-directory.ts";
import { median } from "../../src/util/statistics.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { eventsOf, KINDS } from "../model/events.ts";
import { record } from "../recording/recordings.ts";
import { compact, keep } from "./kept.ts";

/** With reorganisations: another seed has none. */
const EVENTS = eventsOf(600, 3);
const QUESTIONS = [
  ...readFileSync(`${REPOSITORY}docs/sql.md`, "utf8").matchAll(/^(.+\?)\n\n```sql\n([^`]+)```/gm),
].map(([, question, sql]) => [question!, sql!] as const);

const NOBODY = 65_534;
const place = temporaryDirectory();
const state = join(place, "state");
const events = join(place, "events");
const recording = join(place, "node.corelens");

beforeAll(async () => {
  mkdirSync(state);
  await keep(state, EVENTS.slice(0, EVENTS.length / 2));
  await compact(state);
  await keep(state, EVENTS.slice(EVENTS.length / 2));
  await record(recording, KINDS, EVENTS);
  // Root's commands read as the user nobody.
  chmodSync(place, 0o755);
  if (process.getuid?.() === 0) chownSync(recording, NOBODY, NOBODY);
  await exportTables(recording, events, { extension: ".parquet", Table: ParquetTable });
});

async function open(written: string | null = null): Promise<SqlSession> {
  const sources = { state: new StateDirectory(state), events, written };
  const session = await SqlSession.open(sources, { memoryMb: 200, timeoutMs: 20_000 });
  onTestFinished(() => session.close());
  return session;
}

async function answer(sql: string): Promise<Record<string, unknown>[]> {
  const { columns, rows } = await (await open()).query(sql);
  const all: Record<string, unknown>[] = [];
  for await (const chunk of rows) {
    for (const row of chunk) all.push(Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  }
  return all;
}

const of = (tracepoint: string) => EVENTS.filter((event) => event.tracepoint === tracepoint);

/** Numbers of events by a text. */
function counts(texts: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

describe("the questions of docs/sql.md", () => {
  it("are ten", () => {
    expect(QUESTIONS).toHaveLength(10);
  });

  it.each(QUESTIONS)("have answers: %s", async (_, sql) => {
    expect(await answer(sql)).not.toEqual([]);
  });

  const ask = (part: string) => answer(QUESTIONS.find(([question]) => question.includes(part))![1]);

  it("reasons equal those of the events", async () => {
    const rows = await ask("Why does the node reject");
    const found = rows.map(({ change, reason, transactions }) => [
      `${change} ${reason}`,
      transactions,
    ]);
    const expected = counts([
      ...of("mempool:removed").map(({ reason }) => `removed ${reason}`),
      ...of("mempool:rejected").map(({ reason }) => `rejected ${reason}`),
    ]);
    expect(new Map(found as [string, number][])).toEqual(expected);
  });

  it("messages of a recording equal its events", async () => {
    const rows = await ask("Of a recording");
    const messages = of("net:inbound_message");
    expect(rows.reduce((sum, { messages }) => sum + Number(messages), 0)).toBe(messages.length);
    const name = (e: object) => JSON.stringify(e);
    const expected = counts(
      messages.map(({ connection_type, msg_type }) => name({ connection_type, msg_type })),
    );
    const found = rows.map(({ connection_type, msg_type, messages }) => [
      name({ connection_type, msg_type }),
      messages,
    ]);
    expect(new Map(found as [string, number][])).toEqual(expected);
  });

  it("bandwidth equals the sizes of the events", async () => {
    const rows = await ask("use the bandwidth");
    const types = counts([]);
    for (const event of of("net:inbound_message")) {
      const type = textIn(event, "msg_type");
      types.set(type, (types.get(type) ?? 0) + numberIn(event, "size")!);
    }
    const sums = counts([]);
    for (const { msg_type, bytes } of rows)
      sums.set(msg_type, (sums.get(msg_type) ?? 0) + Number(bytes));
    expect(sums).toEqual(
      new Map([...types].filter(([type, bytes]) => bytes > 0 || sums.has(type))),
    );
  });

  it("times to connect equal the blocks'", async () => {
    const rows = await ask("How long does connecting a block");
    const connecting = of("validation:block_connected").map(
      (event) => numberIn(event, "duration_ns")! / 1e6,
    );
    const blocks = rows.reduce((sum, { blocks }) => sum + Number(blocks), 0);
    const hashes = new Set(of("validation:block_connected").map(({ hash }) => hash));
    // The last ones of each process have no second row.
    expect(blocks).toBeGreaterThan(hashes.size - 5);
    const medians = rows.map(({ connecting_ms }) => Number(connecting_ms));
    expect(median(connecting)).toBeGreaterThanOrEqual(Math.min(...medians) * 0.8);
    expect(median(connecting)).toBeLessThanOrEqual(Math.max(...medians) * 1.2);
  });
});

describe("SQL", () => {
  it("reads amounts, times and large numbers as they are", async () => {
    const [row] = await answer(
      `select epoch_ms(1767225600123) + interval 456 microsecond as time, 18446744073709551615::ubigint as big, 1.5::decimal(9, 2) as amount,
        [1, null] as list, {'a': 'b'} as struct, map {'k': 2} as map, '\\x07'::blob as bytes, null as nothing, true as flag,
        timestamp '1969-12-31 23:59:59.999999' as before, 'infinity'::timestamp as never`,
    );
    expect(row).toEqual({
      time: "2026-01-01T00:00:00.123456Z",
      big: 18446744073709551615n,
      ...{ amount: 1.5, list: [1, null], struct: { a: "b" }, map: { k: 2 } },
      ...{ bytes: "07", nothing: null, flag: true },
      ...{ before: "1969-12-31T23:59:59.999999Z", never: "infinity" },
    });
  });

  it.each([
    ["selct 1", 'syntax error at or near "selct"'],
    ["select nothing from blocks", "nothing"],
    ["from blok", "blok"],
    ["select 1; select 2", "only one query"],
    ["", "the query is empty"],
    [" -- nothing", "the query is empty"],
    ["create table t (a int)", "only one query"],
    ["set memory_limit = '9GB'", "only one query"],
    ["pragma enable_profiling", "only one query"],
    ["copy (select 1) to '/tmp/corelens-test-copy'", "Cannot access file"],
    ["attach '/tmp/corelens-test.db'", "only one query"],
    ["install httpfs", "only one query"],
    [`explain analyze copy (select 1) to '${state}/tables/copy'`, "only one query"],
    [`copy (select 1) to '${state}/tables/copy'`, "only one query"],
    ["select * from read_text('/etc/hostname')", "Cannot access file"],
    ["from '/etc/passwd'", "passwd"],
    ["from glob('/*')", "Cannot access"],
  ])("refuses %s", async (sql, message) => {
    await expect(answer(sql)).rejects.toMatchObject({
      code: "SQL_INVALID",
      message: expect.stringContaining(message),
    });
  });

  it("marks the place of an error", async () => {
    await expect(answer("select 1,\n  nofunction(2)")).rejects.toMatchObject({
      excerpt: ["  nofunction(2)", "  ^^^^^^^^^^"],
    });
  });

  it("ends a query that takes too long or too much memory, and answers the next", async () => {
    const sources = { state: null, events: null, written: null };
    const session = await SqlSession.open(sources, { memoryMb: 40, timeoutMs: 300 });
    const long = "select count(*) from range(100000000000) t(a) where sqrt(a) % 7 = 3";
    const large = "select list(range) from range(50000000)";
    for (const sql of [long, large]) {
      const all = async () => {
        for await (const _ of (await session.query(sql)).rows);
      };
      await expect(all()).rejects.toMatchObject({ code: "SQL_LIMIT" });
    }
    const { columns } = await session.query("select 1 as a");
    expect(columns).toEqual(["a"]);
    session.close();
  });

  it("writes Parquet that another reader understands", async () => {
    const path = join(place, "answer.parquet");
    await (await open(path)).write("select height, hash from blocks order by height, hash;");
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(
      bytes.byteOffset,
      bytes.byteOffset + bytes.byteLength,
    ) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    const blocks = await answer("select height, hash from blocks order by height, hash");
    expect(rows.map(({ height, hash }) => ({ height: Number(height), hash }))).toEqual(blocks);
    await expect(
      (await open(path)).write("select 1) to '/tmp/corelens-test' (format csv); --"),
    ).rejects.toMatchObject({
      code: "SQL_INVALID",
    });
  });

  it("answers while another process writes and merges", async () => {
    const session = await open();
    const writing = (async () => {
      for (let i = 0; i < 4; i++) {
        await keep(state, EVENTS.slice(0, 2000));
        await compact(state);
      }
    })();
    let isOver = false;
    void writing.then(() => {
      isOver = true;
    });
    let last = 0;
    while (!isOver) {
      const { rows } = await session.query("select count(*) from transactions");
      for await (const [row] of rows) {
        expect(Number(row![0])).toBeGreaterThanOrEqual(last);
        last = Number(row![0]);
      }
    }
    await writing;
  });
});

describe("corelens sql", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [`${REPOSITORY}bin/corelens`, "sql", ...args], {
      encoding: "utf8",
      input: "select 7 as seven",
      env: { ...process.env, STATE_DIRECTORY: join(place, "none") },
    });

  it.each([
    [["select 1 as a, 'b' as b, null as c"], "a  b  c\n1  b\n"],
    [
      ["--as", "csv", "select 1 as a, '' as b, 'x,\"y' as c, null as d"],
      'a,b,c,d\n1,"","x,""y",\n',
    ],
    [[], "seven\n    7\n"],
  ])("%j prints", (args, expected) => {
    const { stdout, stderr, status } = run("--from", recording, ...args);
    expect(stderr).toBe("");
    expect(stdout).toBe(expected);
    expect(status).toBe(0);
  });

  it("prints JSON in the dialect of all commands", () => {
    const { stdout } = run(
      "--from",
      recording,
      "--json",
      "select count(*) as n from mempool.added",
    );
    expect(JSON.parse(stdout)).toEqual({
      ...{ schema: 2, columns: ["n"] },
      rows: [{ n: of("mempool:added").length }],
    });
  });

  it("says what is not kept", () => {
    const { stderr, status } = run("--state", "/nowhere", "from kept");
    expect(stderr).toContain("NOT_KEPT: nothing is kept in /nowhere");
    expect(status).toBe(3);
  });
});

describe("corelens log", () => {
  it("prints what was kept, from its beginning on", async () => {
    const path = join(place, "log");
    mkdirSync(path);
    const model = await keep(path, EVENTS);
    chmodSync(path, 0o755);
    if (process.getuid?.() === 0) execFileSync("chown", ["-R", String(NOBODY), path]);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [`${REPOSITORY}bin/corelens`, "log", "--state", path, ...args], {
        encoding: "utf8",
      });
    const since = `${Math.ceil((Date.now() - EVENTS[0]!.time) / 86_400_000)}d`;
    const { stdout, stderr, status } = run("--since", since, "--json");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const ids = stdout
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line).id);
    expect(ids.sort()).toEqual(model.moment.incidents.recent.map(({ id }) => id).sort());
    expect(run("--since", "1s").stdout).toBe("No such incident.\n");
    expect(run("--since", since, "--severity", "alarm").stdout.split("\n").length).toBeLessThan(
      ids.length,
    );
  });
});
