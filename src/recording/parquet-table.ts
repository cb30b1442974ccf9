import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { outputGone } from "./recording-file.ts";
import type { Cell, Column, ColumnType, TableFile } from "./table.ts";

/** Limits of a row group, which is held in memory until it is written. */
const GROUP_ROWS = 50_000;
const GROUP_BYTES = 64 << 20;

const ELEMENTS: Readonly<Record<ColumnType, Partial<SchemaElement>>> = {
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  // hyparquet-writer encodes the equivalent logical type in a way that other readers refuse.
  uint64: { type: "INT64", converted_type: "UINT_64" },
  float64: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  bytes: { type: "BYTE_ARRAY" },
};

/** A Parquet file, written row group by row group. */
export class ParquetTable implements TableFile {
  readonly #file: FileWriter;
  readonly #writer: ParquetWriter;
  readonly #columns: readonly Column[];
  #cells: Cell[][];
  #bytes = 0;

  constructor(file: OutputFile, columns: readonly Column[]) {
    this.#file = new FileWriter(file);
    this.#columns = columns;
    this.#cells = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#file,
      schema: [
        { name: "root", num_children: columns.length },
        ...columns.map(
          ({ name, type }): SchemaElement => ({
            name,
            repetition_type: "OPTIONAL",
            ...ELEMENTS[type],
          }),
        ),
      ],
      createdBy: "corelens",
    });
  }

  add(row: Readonly<Record<string, unknown>>): void | Promise<void> {
    for (const [i, column] of this.#columns.entries()) {
      const cell = column.cell(row);
      this.#cells[i]!.push(column.type === "time" ? microseconds(Number(cell)) : cell);
      if (cell instanceof Uint8Array) this.#bytes += cell.length;
    }
    if (this.#cells[0]!.length >= GROUP_ROWS || this.#bytes >= GROUP_BYTES) return this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#writer.finish();
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const cells = this.#cells;
    const rows = cells[0]!.length;
    if (rows === 0) return;
    this.#cells = this.#columns.map(() => []);
    this.#bytes = 0;
    await this.#writer.write({
      columnData: this.#columns.map(({ name }, i) => ({ name, data: cells[i]! })),
      rowGroupSize: rows,
    });
  }
}

/** Writes the writer's bytes to a file after each row group. */
class FileWriter extends ByteWriter {
  readonly #file: OutputFile;

  constructor(file: OutputFile) {
    super();
    this.#file = file;
  }

  async flush(): Promise<void> {
    await this.#file.write(this.getBytes()).catch((error) => {
      throw outputGone(this.#file.path, error);
    });
    this.index = 0;
  }

  override finish(): Promise<void> {
    return this.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Whole microseconds, rounded down as in JSON. */
function microseconds(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1000n + BigInt(Math.floor((ms - whole) * 1000));
}
