import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { CsvTable } from "../../src/recording/csv-table.ts";
import { exportTables } from "../../src/recording/export.ts";
import { ParquetTable } from "../../src/recording/parquet-table.ts";
import { field } from "../tracer/fields.ts";
import { record, SIMULATED_KINDS, simulatedEvents, temporaryDirectory } from "./recordings.ts";

const PARQUET = { extension: ".parquet", Table: ParquetTable };
const CSV = { extension: ".csv", Table: CsvTable };

const KIND = {
  name: "any:thing",
  fields: [
    field("unsigned", "uint64"),
    field("signed", "int64"),
    field("small", "int32"),
    field("wide", "uint32"),
    field("flag", "bool"),
    field("text", "string"),
    field("id", "hash"),
    field("mode", "uint8", { values: { 1: "ONE" } }),
    field("payload", "bytes"),
  ],
};

const LARGEST: RawEvent = {
  tracepoint: "any:thing",
  time: 1_795_249_000_000.5,
  ktime: 2n ** 62n,
  tid: 7,
  thread: null,
  cpu: 3,
  pid: 5,
  unsigned: 2n ** 64n - 1n,
  signed: -(2n ** 63n),
  small: -(2 ** 31),
  wide: 2 ** 32 - 1,
  flag: true,
  text: 'say "hi",\nall',
  id: "ab".repeat(32),
  mode: "ONE",
  payload: Uint8Array.of(0, 255),
};

const EMPTY: RawEvent = {
  ...LARGEST,
  unsigned: 0,
  signed: null,
  small: 1,
  flag: false,
  text: "",
  id: null,
  mode: 9,
  payload: null,
  truncated: ["text"],
  unreadable: ["signed", "id", "payload"],
};

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path), utf8: false });
}

async function exported(
  events: readonly StreamEvent[],
  kinds = [KIND],
  format: Parameters<typeof exportTables>[2] = PARQUET,
): Promise<string> {
  const directory = temporaryDirectory();
  await record(join(directory, "r"), kinds, events);
  await exportTables(join(directory, "r"), join(directory, "tables"), format);
  return join(directory, "tables");
}

describe("tables in Parquet", () => {
  it("have every value, exact and of its type", async () => {
    const directory = await exported([LARGEST, EMPTY]);
    const path = join(directory, "any.thing.parquet");
    const [largest, empty] = await rowsOf(path);
    expect(largest).toMatchObject({
      time: new Date(1_795_249_000_000),
      ktime: 2n ** 62n,
      tid: 7n,
      thread: null,
      cpu: 3,
      unsigned: 2n ** 64n - 1n,
      signed: -(2n ** 63n),
      small: -(2 ** 31),
      wide: 2n ** 32n - 1n,
      flag: true,
      text: 'say "hi",\nall',
      id: "ab".repeat(32),
      mode: "ONE",
      payload: Uint8Array.of(0, 255),
      truncated: null,
    });
    expect(empty).toMatchObject({
      unsigned: 0n,
      signed: null,
      flag: false,
      text: "",
      id: null,
      mode: "9",
      payload: null,
      truncated: "text",
      unreadable: "signed,id,payload",
    });
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const types = Object.fromEntries(schema.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({ small: "INT32", signed: "INT64", flag: "BOOLEAN" });
    // DuckDB 1.5.6 and Arrow 25 refuse a file with the logical type INTEGER as it is written here.
    const unsigned = schema.find(({ name }) => name === "unsigned");
    expect(unsigned).toMatchObject({ type: "INT64", converted_type: "UINT_64" });
    expect(unsigned?.logical_type).toBeUndefined();
  });

  it("are one for each tracepoint that has events, in several groups of rows", async () => {
    const events = simulatedEvents(60_000);
    const plain = events.map(({ payload, ...event }) => event as RawEvent);
    const kinds = SIMULATED_KINDS.map(({ name, fields }) => ({
      name,
      fields: fields.filter(({ type }) => type !== "bytes"),
    }));
    const directory = await exported(plain, kinds);
    const names = new Set(plain.map(({ tracepoint }) => tracepoint));
    expect(readdirSync(directory).sort()).toEqual(
      [...names].map((name) => `${name.replace(":", ".")}.parquet`).sort(),
    );
    const added = plain.filter(({ tracepoint }) => tracepoint === "mempool:added");
    const rows = await rowsOf(join(directory, "mempool.added.parquet"));
    expect(rows.map(({ txid, vsize, fee }) => ({ txid, vsize, fee }))).toEqual(
      added.map(({ txid, vsize, fee }) => ({ txid, vsize, fee: BigInt(fee as number) })),
    );
  });

  it("have the fields of both layouts of a tracepoint that changed", async () => {
    const before = { name: "any:thing", fields: [field("a", "int32"), field("b", "bool")] };
    const after = { name: "any:thing", fields: [field("a", "uint64"), field("b", "string")] };
    const { unsigned, signed, small, wide, flag, text, id, mode, payload, ...envelope } = LARGEST;
    const events = [
      { ...envelope, a: 1, b: true },
      { ...envelope, a: 2, b: "yes" },
    ];
    const directory = await exported(events as RawEvent[], [before, after]);
    const rows = await rowsOf(join(directory, "any.thing.parquet"));
    expect(rows.map(({ a, b }) => [a, b])).toEqual([
      [1n, "true"],
      [2n, "yes"],
    ]);
  });

  it("of notices contain the losses", async () => {
    const lost = { lost_tracepoint: "any:thing", lost: 5 };
    const directory = await exported([{ tracepoint: "corelens:lost", time: 1000, ...lost }]);
    const [row] = await rowsOf(join(directory, "corelens.notices.parquet"));
    expect(row).toMatchObject({ tracepoint: "corelens:lost", details: JSON.stringify(lost) });
  });

  it("are in their directory, even if a tracepoint's name is a path", async () => {
    const name = "any:../../../escape";
    const directory = await exported([{ ...LARGEST, tracepoint: name }], [{ ...KIND, name }]);
    expect(readdirSync(directory)).toEqual(["any..._.._.._escape.parquet"]);
  });
});

describe("tables in CSV", () => {
  it("quote text if necessary, and distinguish null from empty text", async () => {
    const directory = await exported([LARGEST, EMPTY], [KIND], CSV);
    expect(readFileSync(join(directory, "any.thing.csv"), "utf8")).toBe(
      [
        "time,ktime,tid,thread,cpu,pid,unsigned,signed,small,wide,flag,text,id,mode,payload,truncated,unreadable",
        `2026-11-21T08:16:40.000500Z,${2n ** 62n},7,,3,5,${2n ** 64n - 1n},${-(2n ** 63n)},-2147483648,4294967295,true,"say ""hi"",`,
        `all",${"ab".repeat(32)},ONE,00ff,,`,
        `2026-11-21T08:16:40.000500Z,${2n ** 62n},7,,3,5,0,,1,4294967295,false,"",,9,,text,"signed,id,payload"`,
        "",
      ].join("\n"),
    );
  });

  it("never overwrite a file", async () => {
    const directory = temporaryDirectory();
    await record(join(directory, "r"), [KIND], [LARGEST]);
    await exportTables(join(directory, "r"), directory, CSV);
    await expect(exportTables(join(directory, "r"), directory, CSV)).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
    });
  });
});
