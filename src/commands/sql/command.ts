import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Command, InvalidArgumentError, Option } from "commander";
import { CorelensError } from "../../errors.ts";
import type { SqlSession } from "../../store/sql-session.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { parseDuration, parseSize } from "../../terminal/parse-option.ts";
import { printNote } from "../../terminal/print-note.ts";
import { stateDirectory, stateOption } from "../../terminal/state-options.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { printable } from "../../text/printable.ts";

interface SqlOptions {
  readonly state?: string;
  readonly from?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly parquet?: string;
  readonly memory: number;
  readonly timeout: number;
}

export const command = new Command("sql")
  .argument("[query]", "SQL, as DuckDB understands it; without it, a prompt")
  .addOption(stateOption)
  .option("--from <recording>", "also ask the events of a recording: net.inbound_message")
  .addOption(new Option("--csv", "print comma-separated values").conflicts(["json", "parquet"]))
  .addOption(new Option("-j, --json", "print JSON, one object").conflicts("parquet"))
  .option("--parquet <file>", "write the answer to a Parquet file")
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
  const { loadEngine } = await import("../../store/database.ts");
  if (!(await loadEngine())) throw new CorelensError("SQL_UNAVAILABLE", "DuckDB is not installed");
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
  const events = options.from === undefined ? null : mkdtempSync(join(tmpdir(), "corelens-sql-"));
  try {
    if (events !== null) await unpack(code, options.from!, events);
    const session = await code.SqlSession.open(
      { state: stateOf(code, directory, options), events, written: options.parquet ?? null },
      { memoryMb: options.memory / 2 ** 20, timeoutMs: options.timeout },
    );
    try {
      for (const path of session.damaged) printNote(`damaged, left out: ${printable(path)}\n`);
      const print = printerOf(code, options);
      if (query === undefined && process.stdin.isTTY) await code.prompt(session, print);
      else await print(session, query ?? (await text(process.stdin)));
      return 0;
    } finally {
      session.close();
    }
  } finally {
    if (events !== null) rmSync(events, { recursive: true });
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

function printerOf({ printTable, printCsv, printJson }: Code, options: SqlOptions): Print {
  const output = new Output();
  if (options.parquet !== undefined) return (session, sql) => session.write(sql);
  if (options.csv) return async (session, sql) => printCsv(output, await session.query(sql));
  if (options.json) return async (session, sql) => printJson(output, await session.query(sql));
  return async (session, sql) => printTable(output, await session.query(sql));
}

function parseMemory(given: string): number {
  const bytes = parseSize(given);
  if (bytes < 32 << 20) throw new InvalidArgumentError("A query needs at least 32M.");
  return bytes;
}
