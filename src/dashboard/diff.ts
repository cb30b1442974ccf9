import { jsonValue } from "../event/json.ts";
import type { Change, Column, Json, JsonObject, ListPatch, Segment } from "./protocol/patch.ts";

/** Members that identify a row of a list, together. A wrong choice makes a patch longer, not wrong. */
const KEYS = [
  ...["pid", "id", "peer_id", "number", "name", "type", "hash", "stage", "reason", "mode"],
  ...["algorithm", "topic", "network"],
] as const;

const MEMBER = { writable: true, enumerable: true, configurable: true } as const;

/** A copy as JSON has it, which does not change with the value. */
export function plain(value: unknown): Json {
  const json = jsonValue("", value);
  if (typeof json !== "object" || json === null) return (json as Json | undefined) ?? null;
  if (Array.isArray(json)) return json.map(plain);
  const copy: Record<string, Json> = {};
  for (const name of Object.keys(json)) {
    const member: unknown = (json as Record<string, unknown>)[name];
    if (member === undefined) continue;
    // An assignment to `__proto__` would not create a member; to all others it is faster.
    if (name === "__proto__")
      Object.defineProperty(copy, name, { ...MEMBER, value: plain(member) });
    else copy[name] = plain(member);
  }
  return copy;
}

/** What makes `after` of `before`; null when they are equal. Both must be `plain`. */
export function diff(before: Json, after: Json): ListPatch | null {
  return diffLists([before], [after]);
}

function diffLists(before: readonly Json[], after: readonly Json[]): ListPatch | null {
  const origins = originsOf(before, after);
  const columns = new Columns(after.length);
  /** The first of the new rows that follow each other. */
  let first: Json | null = null;
  for (const [row, origin] of origins.entries()) {
    const value = after[row]!;
    if (origin !== null) {
      first = null;
      compare(before[origin]!, value, [], columns.at(row));
    } else if (first !== null && isObject(value)) compare(first, value, [], columns.at(row));
    else first = isObject(value) ? value : null;
  }
  const isSame = before.length === after.length && origins.every((origin, row) => origin === row);
  const cells = columns.list();
  if (isSame && cells.length === 0) return null;
  return {
    ...(!isSame && { rows: segmentsOf(origins, after) }),
    ...(cells.length > 0 && { cells }),
  };
}

/** The former index of each row; null for a new one. Rows with the same key are matched in order. */
function originsOf(before: readonly Json[], after: readonly Json[]): (number | null)[] {
  const former = new Map<string, number[]>();
  for (const [i, row] of before.entries()) {
    const key = keyOf(row);
    const known = former.get(key);
    if (known) known.push(i);
    else former.set(key, [i]);
  }
  const used = new Map<string, number>();
  return after.map((row) => {
    const key = keyOf(row);
    const count = used.get(key) ?? 0;
    used.set(key, count + 1);
    return former.get(key)?.[count] ?? null;
  });
}

function keyOf(row: Json): string {
  if (Array.isArray(row)) return typeof row[0] === "string" ? row[0] : "";
  if (!isObject(row)) return "";
  let key = "";
  for (const name of KEYS) if (Object.hasOwn(row, name)) key += `${name} ${String(row[name])} `;
  return key === "" && typeof row.time === "number" ? String(row.time) : key;
}

function segmentsOf(origins: readonly (number | null)[], after: readonly Json[]): Segment[] {
  const segments: ([Json[]] | [JsonObject, number] | [number, number])[] = [];
  for (const [row, origin] of origins.entries()) {
    const value = after[row]!;
    const last = segments.at(-1);
    if (origin !== null) {
      if (typeof last?.[0] === "number" && last[0] + last[1]! === origin) last[1]!++;
      else segments.push([origin, 1]);
    } else if (isObject(value)) {
      if (typeof last?.[0] === "object" && last.length === 2) last[1]++;
      else segments.push([value, 1]);
    } else if (last?.length === 1) last[0].push(value);
    else segments.push([[value]]);
  }
  return segments;
}

/** The document with empty lists: a patch from it to the document writes each name once for all rows of a list. */
export function withoutRows(document: Json): Json {
  if (Array.isArray(document)) return [];
  if (!isObject(document)) return document;
  return Object.fromEntries(
    Object.entries(document).map(([name, member]) => [name, withoutRows(member)]),
  );
}

type Path = readonly (string | number)[];

interface Cell {
  readonly change: Change;
  /** The difference of two integers; null when the cell is not one. */
  readonly sum: number | null;
}

interface Row {
  /** Takes a place of the row that differs. */
  readonly emit: (path: Path, cell: Cell) => void;
  /** Whether other rows are likely to differ in the same places. */
  readonly isOneOfMany: boolean;
}

/** Finds the places of a row that differ. */
function compare(before: Json, after: Json, path: Path, row: Row): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) compareArrays(before, after, path, row);
  else if (isObject(before) && isObject(after)) compareMembers(before, after, path, row);
  else if (typeof after === "object" && after !== null)
    row.emit(path, { change: [after], sum: null });
  else row.emit(path, { change: after, sum: differenceOf(before, after) });
}

function compareMembers(before: JsonObject, after: JsonObject, path: Path, row: Row): void {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) row.emit([...path, name], { change: [], sum: null });
  }
  for (const name of Object.keys(after)) {
    const value = after[name]!;
    if (!Object.hasOwn(before, name)) {
      row.emit([...path, name], { change: isPrimitive(value) ? value : [value], sum: null });
      // Most members are equal, and need no path.
    } else if (before[name] !== value) compare(before[name]!, value, [...path, name], row);
  }
}

/** A short array in one of many rows adds to their columns while its own rows remain. */
function compareArrays(
  before: readonly Json[],
  after: readonly Json[],
  path: Path,
  row: Row,
): void {
  const patch = diffLists(before, after);
  if (patch === null) return;
  if (patch.rows === undefined && row.isOneOfMany && after.length <= MAX_SPREAD) {
    for (const [i, value] of after.entries()) compare(before[i]!, value, [...path, i], row);
  } else row.emit(path, { change: patch, sum: null });
}

const MAX_SPREAD = 16;

/** Changed cells by their place in a row. */
class Columns {
  readonly #rows: number;
  readonly #columns = new Map<string, { readonly path: Path; readonly cells: Map<number, Cell> }>();

  constructor(rows: number) {
    this.#rows = rows;
  }

  at(row: number): Row {
    return {
      isOneOfMany: this.#rows > 1,
      emit: (path, cell) => {
        const key = JSON.stringify(path);
        let column = this.#columns.get(key);
        if (column === undefined) {
          column = { path, cells: new Map() };
          this.#columns.set(key, column);
        }
        column.cells.set(row, cell);
      },
    };
  }

  list(): Column[] {
    return [...this.#columns.values()].flatMap(({ path, cells }) => {
      const sums = [...cells].filter(([, { sum }]) => sum !== null);
      const others = [...cells].filter(([, { sum }]) => sum === null);
      return [...this.#sums(path, sums), ...this.#others(path, others)];
    });
  }

  #sums(at: Path, cells: readonly (readonly [number, Cell])[]): Column[] {
    if (cells.length === 0) return [];
    // For most rows, a difference of 0 is shorter than the numbers of the others.
    if (cells.length > this.#rows / 2 && this.#rows > 1) {
      const byRow = new Map(cells);
      const add = Array.from({ length: this.#rows }, (_, row) => byRow.get(row)?.sum ?? 0);
      return [{ at, add }];
    }
    return [{ at, ...this.#rowsOf(cells), add: cells.map(([, { sum }]) => sum!) }];
  }

  #others(at: Path, cells: readonly (readonly [number, Cell])[]): Column[] {
    if (cells.length === 0) return [];
    return [{ at, ...this.#rowsOf(cells), set: cells.map(([, { change }]) => change) }];
  }

  #rowsOf(cells: readonly (readonly [number, Cell])[]): Pick<Column, "rows"> {
    if (cells.length === this.#rows) return {};
    return { rows: cells.map(([row], i) => row - (cells[i - 1]?.[0] ?? 0)) };
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPrimitive(value: Json): value is null | boolean | number | string {
  return typeof value !== "object" || value === null;
}

/** Null where the difference is not exact. */
function differenceOf(before: Json, after: Json): number | null {
  if (!Number.isSafeInteger(before) || !Number.isSafeInteger(after)) return null;
  const difference = Number(after) - Number(before);
  return Number.isSafeInteger(difference) ? difference : null;
}
