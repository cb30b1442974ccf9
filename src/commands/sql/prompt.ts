import { createInterface } from "node:readline/promises";
import { CorelensError } from "../../errors.ts";
import type { SqlSession } from "../../store/sql-session.ts";
import { printNote } from "../../terminal/print-note.ts";
import { errorText } from "../../text/error-text.ts";
import type { Print } from "./command.ts";

const KEYWORDS = [
  ...[
    "select",
    "from",
    "where",
    "group by",
    "order by",
    "limit",
    "count(*)",
    "sum",
    "avg",
    "min",
    "max",
  ],
  ...[
    "quantile_cont",
    "join",
    "using",
    "with",
    "having",
    "distinct",
    "desc",
    "describe",
    "time_bucket",
  ],
];

/**
 * Reads queries from a terminal until Ctrl-D. A query ends with a semicolon or an empty line; Tab completes names.
 *
 *     sql> select count(*)
 *      ..> from transactions;
 */
export async function prompt(session: SqlSession, print: Print): Promise<void> {
  const { tables, columns } = await session.names();
  const words = [...KEYWORDS, ...tables, ...columns].sort();
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    completer: (line: string) => completions(words, line),
  });
  printNote(
    "SQL on what is kept: `from kept` lists it. A query ends with ; and Ctrl-D ends the prompt.\n",
  );
  let query = "";
  lines.setPrompt("sql> ");
  lines.prompt();
  lines.on("SIGINT", () => {
    query = "";
    process.stdout.write("\n");
    lines.setPrompt("sql> ");
    lines.prompt();
  });
  for await (const line of lines) {
    query = `${query}\n${line}`.trim();
    const isWhole = query !== "" && (query.endsWith(";") || line.trim() === "");
    if (isWhole) {
      await answer(session, print, query);
      query = "";
    }
    lines.setPrompt(query === "" ? "sql> " : " ..> ");
    lines.prompt();
  }
  process.stdout.write("\n");
}

/** A mistake does not end the prompt. */
async function answer(session: SqlSession, print: Print, query: string): Promise<void> {
  try {
    await print(session, query);
  } catch (error) {
    if (!(error instanceof CorelensError) || error.code === "OUTPUT_GONE") throw error;
    printNote(`${errorText(error)}\n`);
  }
}

/** The words that continue the last one of the line. */
function completions(words: readonly string[], line: string): [string[], string] {
  const [last = ""] = /[\w.]*$/.exec(line)!;
  return [words.filter((word) => word.startsWith(last.toLowerCase())), last];
}
