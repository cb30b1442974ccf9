import { jsonDocument, jsonValue } from "../../event/json.ts";
import type { SqlAnswer } from "../../store/sql-session.ts";
import type { Output } from "../../terminal/output.ts";
import { counted } from "../../text/counted.ts";
import { painter } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";
import { table } from "../../text/table.ts";

/** A table for people has at most so many rows: its widths depend on all of them. */
const MAX_ROWS = 10_000;

export async function printTable(output: Output, { columns, rows }: SqlAnswer): Promise<void> {
  const shown: (readonly unknown[])[] = [];
  let isCut = false;
  for await (const chunk of rows) {
    shown.push(...chunk.slice(0, MAX_ROWS - shown.length));
    isCut = shown.length === MAX_ROWS;
    if (isCut) break;
  }
  const texts = columns.map((_, i) => !shown.every((row) => isNumber(row[i])));
  const cells = shown.map((row) => row.map((value) => printable(cellText(value))));
  const paint = painter(output.hasColour);
  await output.write(
    table(
      columns.map((name) => printable(name)),
      cells,
      { texts, paint },
    ),
  );
  const end = isCut
    ? `the first ${counted(MAX_ROWS, "row")}; --as csv and --json print all`
    : counted(shown.length, "row");
  if (output.isTerminal) await output.write(`${paint("faint", end)}\n`);
}

/** RFC 4180: null is an empty cell, the empty text is quoted. */
export async function printCsv(output: Output, { columns, rows }: SqlAnswer): Promise<void> {
  await output.write(`${columns.map(csvCell).join(",")}\n`);
  for await (const chunk of rows) {
    const lines = chunk.map((row) => row.map((value) => csvCell(value)).join(","));
    await output.write(`${lines.join("\n")}\n`);
  }
}

/** One object with all rows: they are collected first. */
export async function printJson(output: Output, { columns, rows }: SqlAnswer): Promise<void> {
  const objects: object[] = [];
  for await (const chunk of rows) {
    for (const row of chunk) {
      objects.push(Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    }
  }
  await output.write(jsonDocument({ columns, rows: objects }));
}

function isNumber(value: unknown): boolean {
  return value === null || typeof value === "number" || typeof value === "bigint";
}

function cellText(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value, jsonValue) : String(value);
}

function csvCell(value: unknown): string {
  if (value === null) return "";
  const text = cellText(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
