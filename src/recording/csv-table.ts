import type { FileHandle } from "node:fs/promises";
import { isoTime } from "../tools/event-json.ts";
import { outputGone } from "./recording-file.ts";
import type { Cell, Column, TableFile } from "./table.ts";

const CHUNK = 256 << 10;

/** Comma-separated values as RFC 4180 has them, with a line of names; null is empty, bytes are hex digits. */
export class CsvTable implements TableFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #columns: readonly Column[];
  #text: string;

  constructor(path: string, handle: FileHandle, columns: readonly Column[]) {
    this.#path = path;
    this.#handle = handle;
    this.#columns = columns;
    this.#text = `${columns.map(({ name }) => name).join(",")}\n`;
  }

  add(row: Readonly<Record<string, unknown>>): void | Promise<void> {
    this.#text += `${this.#columns.map((column) => csvCell(column, column.cell(row))).join(",")}\n`;
    if (this.#text.length > CHUNK) return this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    await this.#handle.writeFile(text).catch((error) => {
      throw outputGone(this.#path, error);
    });
  }
}

function csvCell({ type }: Column, value: Cell): string {
  if (value === null) return "";
  if (type === "time") return isoTime(Number(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  const text = String(value);
  // An empty text is quoted, to be told from null.
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
