import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { CorelensError } from "../../errors.ts";
import type { SqlSession } from "../../store/sql-session.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { parseDuration, parseSize } from "../../terminal/parse-option.ts";
import { printNote } from "../../terminal/print-note.ts";
import { jsonOption } from "../../terminal/reader-options.ts";
import { stateDirectory, stateOption } from "../../terminal/state-options.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { printable } from "../../text/printable.ts";

interface SqlOptions {
  readonly state?: string;
  readonly from?: string;
  readonly as: "table" | "csv" | "parquet";
  readonly json?: boolean;
  readonly memory: number;
  readonly timeout: number;
}

export const command = new Command("sql")
  .argument("[query]", "SQL, as DuckDB understands it; without it, a prompt")
  .addOption(stateOption)
  .option("--from <recording>", "also ask the events of a recording: net.inbound_message")
  .addOption(
    new Option("--as <format>", "print this format, e.g. into a file")
      .choices(["table", "csv", "parquet"])
      .default("table")
      .conflicts("json"),
  )
  .addOption(jsonOption)
  .addOption(
    new Option("--memory <size>", "the memory that a query may use")
      .argParser(parseMemory)
      .default(parseSize("1G"), "1G"),
  )
  .addOption(
    new Option("--timeout <time>", "the time that a query may take")
      .argParser(parseDuration)
      .default(60_000, "1m"),
  )
  .addHelpText(
    "after",
    helpText({
      notes: [
        "docs/sql.md describes the tables, and has questions with their answers. `from kept` lists what is kept, and since when. SQL only reads.",
      ],
      examples: [
        "corelens sql 'from kept'",
        "corelens sql 'select reason, count(*) from transactions where change = $$removed$$ group by all'",
        "corelens sql --from node.corelens 'select msg_type, count(*) from net.inbound_message group by all'",
      ],
    }),
  )
  .action(async (query: string | undefined, options: SqlOptions) => {
    // The user's own directory: asked for before privileges are dropped.
    const directory = stateDirectory(options.state);
    process.exitCode = await runWithoutRights({
      access: { rpc: null, ipc: null },
      prepare: load,
      run: (code) => run(code, query, directory, options),
    });
  });

/** All code: its files may be unreadable without privileges. */
async function load() {
  const { requireEngine } = await import("../../store/database.ts");
  await requireEngine();
  const { SqlSession } = await import("../../store/sql-session.ts");
  const { StateDirectory } = await import("../../store/state-directory.ts");
  const { exportTables } = await import("../../recording/export.ts");
  const { ParquetTable } = await import("../../recording/parquet-table.ts");
  const { printCsv, printJson, printTable } = await import("./print-answer.ts");
  const { prompt } = await import("./prompt.ts");
  const printing = { printCsv, printJson, printTable, prompt };
  return { SqlSession, StateDirectory, exportTables, ParquetTable, ...printing };
}

type Code = Awaited<ReturnType<typeof load>>;

async function run(
  code: Code,
  query: string | undefined,
  directory: string,
  options: SqlOptions,
): Promise<number> {
  const place = mkdtempSync(join(tmpdir(), "corelens-sql-"));
  const events = options.from === undefined ? null : join(place, "events");
  const written = join(place, "answer.parquet");
  try {
    if (events !== null) await unpack(code, options.from!, events);
    const session = await code.SqlSession.open(
      { state: stateOf(code, directory, options), events, written },
      { memoryMb: options.memory / 2 ** 20, timeoutMs: options.timeout },
    );
    try {
      for (const path of session.damaged) printNote(`damaged, left out: ${printable(path)}\n`);
      const print = printerOf(code, options, written);
      if (query === undefined && process.stdin.isTTY) await code.prompt(session, print);
      else await print(session, query ?? (await text(process.stdin)));
      return 0;
    } finally {
      session.close();
    }
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** With a recording, the state directory is optional. */
function stateOf({ StateDirectory }: Code, path: string, { state, from }: SqlOptions) {
  const directory = new StateDirectory(path);
  if (state === undefined && from !== undefined && !directory.exists) return null;
  return directory;
}

/** Writes the events of a recording as Parquet files, which DuckDB reads. */
async function unpack({ exportTables, ParquetTable }: Code, recording: string, directory: string) {
  const format = { extension: ".parquet", Table: ParquetTable };
  const { notes } = await exportTables(recording, directory, format);
  for (const note of notes) printNote(`${printable(note)}\n`);
}

export type Print = (session: SqlSession, sql: string) => Promise<void>;

function printerOf(
  { printTable, printCsv, printJson }: Code,
  options: SqlOptions,
  written: string,
): Print {
  const output = new Output();
  if (options.as === "parquet") {
    if (output.isTerminal) {
      throw new CorelensError("USAGE", "Parquet is not text", "write it into a file: > FILE");
    }
    return async (session, sql) => {
      await session.write(sql);
      await pipeline(createReadStream(written), process.stdout);
    };
  }
  if (options.as === "csv")
    return async (session, sql) => printCsv(output, await session.query(sql));
  if (options.json) return async (session, sql) => printJson(output, await session.query(sql));
  return async (session, sql) => printTable(output, await session.query(sql));
}

function parseMemory(given: string): number {
  const bytes = parseSize(given);
  if (bytes < 32 << 20) throw new InvalidArgumentError("A query needs at least 32M.");
  return bytes;
}
