import { join } from "node:path";
import type { EventKind } from "../event/kind.ts";
import { isNotice } from "../event/notice.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { OutputFiles } from "../session/privilege/output-files.ts";
import type { IncompleteUnit } from "./file-summary.ts";
import { openStored } from "./stored-events.ts";
import { type Column, columnsOf, NOTICE_COLUMNS, type TableFile } from "./table.ts";

/** A file format for tables. */
export interface TableFormat {
  readonly extension: string;
  readonly Table: new (file: OutputFile, columns: readonly Column[]) => TableFile;
}

/** The result of an export. */
export interface Exported {
  /** The written files. */
  readonly paths: readonly string[];
  readonly rows: number;
  readonly incomplete: readonly IncompleteUnit[];
  /** What a reader of the tables must know: sentences. */
  readonly notes: readonly string[];
}

const NOTICES = "corelens:notices";

/**
 * Writes a recording as tables: one file for each tracepoint that has events, and one for the notices. If the recording
 * is damaged, the tables contain the events before the damage.
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT, FILE_UNWRITABLE, OUTPUT_GONE
 */
export async function exportTables(
  recording: string,
  directory: string,
  { extension, Table }: TableFormat,
): Promise<Exported> {
  const { reader, ...stored } = await openStored(recording);
  const kinds = await stored.kinds();
  const outputs = new OutputFiles(null);
  outputs.makeDirectory(directory);
  const tables = new Map<string, TableFile>();
  const paths: string[] = [];
  const open = (name: string): TableFile => {
    const path = join(directory, fileName(name) + extension);
    const table = new Table(outputs.create(path), columnsFor(name, kinds));
    tables.set(name, table);
    paths.push(path);
    return table;
  };
  let rows = 0;
  try {
    for await (const events of reader.batches()) {
      for (const event of events) {
        const [name, row] = isNotice(event) ? [NOTICES, { ...event }] : [event.tracepoint, event];
        const pending = (tables.get(name) ?? open(name)).add(row);
        if (pending) await pending;
      }
      rows += events.length;
    }
  } finally {
    for (const table of tables.values()) await table.close();
  }
  const incomplete = reader.files.flatMap((file) => file.incomplete ?? []);
  return { paths, rows, incomplete, notes: stored.notes };
}

function columnsFor(name: string, kinds: readonly EventKind[]): readonly Column[] {
  return name === NOTICES ? NOTICE_COLUMNS : columnsOf(kinds.filter((kind) => kind.name === name));
}

/** `mempool.added`: without characters that could lead out of the directory. */
function fileName(name: string): string {
  return name.replace(":", ".").replace(/[^\w.-]/g, "_");
}
