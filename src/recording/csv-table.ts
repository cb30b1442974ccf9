import { isoTime } from "../event/json.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { outputGone } from "./recording-file.ts";
import type { Cell, Column, TableFile } from "./table.ts";

const CHUNK = 256 << 10;

/** Comma-separated values (RFC 4180) with a line of names; null is an empty cell, bytes are hex digits. */
export class CsvTable implements TableFile {
  readonly #file: OutputFile;
  readonly #columns: readonly Column[];
  #text: string;

  constructor(file: OutputFile, columns: readonly Column[]) {
    this.#file = file;
    this.#columns = columns;
    this.#text = `${columns.map(({ name }) => name).join(",")}\n`;
  }

  add(row: Readonly<Record<string, unknown>>): void | Promise<void> {
    this.#text += `${this.#columns.map((column) => csvCell(column, column.cell(row))).join(",")}\n`;
    if (this.#text.length > CHUNK) return this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    await this.#file.write(text).catch((error) => {
      throw outputGone(this.#file.path, error);
    });
  }
}

function csvCell({ type }: Column, value: Cell): string {
  if (value === null) return "";
  if (type === "time") return isoTime(Number(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  const text = String(value);
  // An empty text is quoted, to differ from null.
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
