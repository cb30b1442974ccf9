import { Command, Option } from "commander";
import { CorelensError } from "../../errors.ts";
import { eventJson, jsonDocument } from "../../event/json.ts";
import { exportTables, type TableFormat } from "../../recording/export.ts";
import { incompleteText } from "../../recording/incomplete-text.ts";
import { openStored } from "../../recording/stored-events.ts";
import { helpText } from "../../terminal/help-text.ts";
import { firstJsonLine } from "../../terminal/json-stream.ts";
import { Output } from "../../terminal/output.ts";
import { printNote } from "../../terminal/print-note.ts";
import { counted } from "../../text/counted.ts";
import { printable } from "../../text/printable.ts";

interface ExportOptions {
  readonly parquet?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

export const command = new Command("export")
  .argument("<recording>", "a file, or a directory of files")
  .addOption(
    new Option("--parquet <directory>", "write a file for each tracepoint there").conflicts("csv"),
  )
  .option("--csv <directory>", "write a file for each tracepoint there")
  .option("-j, --json", "print every event as a line; with --parquet or --csv, the summary")
  .addHelpText(
    "after",
    helpText({
      notes: ["docs/recording.md describes the columns and has queries for DuckDB and pandas."],
      examples: [
        "corelens export node.corelens --parquet tables/",
        "corelens export node.corelens --json | zstd > node.jsonl.zst",
      ],
    }),
  )
  .action(async (recording: string, { parquet, csv, json }: ExportOptions) => {
    const directory = parquet ?? csv;
    if (directory === undefined) {
      if (json) return printEvents(recording);
      throw new CorelensError("USAGE", "no output format", "give --parquet, --csv or --json");
    }
    const format: TableFormat =
      parquet === undefined
        ? { extension: ".csv", Table: (await import("../../recording/csv-table.ts")).CsvTable }
        : {
            extension: ".parquet",
            Table: (await import("../../recording/parquet-table.ts")).ParquetTable,
          };
    const { paths, rows, incomplete, notes } = await exportTables(recording, directory, format);
    const remarks = [...notes, ...incomplete.map(incompleteText)];
    if (json) return new Output().write(jsonDocument({ files: paths, rows, notes: remarks }));
    tellAll(remarks);
    printNote(`${counted(rows, "row")} in ${counted(paths.length, "file")}\n`);
  });

async function printEvents(recording: string): Promise<void> {
  const output = new Output();
  const { reader, notes } = await openStored(recording);
  tellAll(notes);
  await output.write(firstJsonLine());
  for await (const events of reader.batches()) {
    await output.write(events.map((event) => `${eventJson(event)}\n`).join(""));
  }
  tellAll(reader.files.flatMap(({ incomplete }) => (incomplete ? incompleteText(incomplete) : [])));
}

function tellAll(sentences: readonly string[]): void {
  for (const sentence of sentences) printNote(`${printable(sentence)}\n`);
}
