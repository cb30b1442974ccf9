import type { Field } from "../contract/types.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import type { Notice } from "../event/notice.ts";

/** The type of a column; every column can be null. */
export type ColumnType =
  | "time"
  | "int32"
  | "int64"
  | "uint64"
  | "float64"
  | "boolean"
  | "string"
  | "bytes";

export type Cell = number | bigint | boolean | string | Uint8Array | null;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The event's value in this column; for `time`, in ms since the UNIX epoch. */
  readonly cell: (event: Readonly<Record<string, unknown>>) => Cell;
}

/** A file to which rows are appended. */
export interface TableFile {
  add(row: Readonly<Record<string, unknown>>): void | Promise<void>;
  close(): Promise<void>;
}

/**
 * The columns of a tracepoint's table: the members that all events have, then all fields of all its kinds.
 * @param kinds all of one name; if they have a field with different types, its column can hold both
 */
export function columnsOf(kinds: readonly EventKind[]): Column[] {
  const types = new Map<string, ColumnType>();
  for (const field of kinds.flatMap(({ fields }) => fields)) {
    const type = typeOf(field);
    types.set(field.name, commonType(types.get(field.name) ?? type, type));
  }
  return [
    ...ENVELOPE.map(([name, type]) => column(name, type)),
    ...[...types].map(([name, type]) => column(name, type)),
    ...["truncated", "unreadable"].map((name) => column(name, "string")),
  ];
}

const ENVELOPE: readonly (readonly [keyof RawEvent & string, ColumnType])[] = [
  ["time", "time"],
  ["ktime", "int64"],
  ["tid", "int64"],
  ["thread", "string"],
  ["cpu", "int32"],
  ["pid", "int64"],
];

function typeOf({ type, values }: Field): ColumnType {
  if (values !== undefined) return "string";
  switch (type) {
    case "int64":
    case "uint32":
      return "int64";
    case "uint64":
    case "string":
    case "bytes":
      return type;
    case "hash":
    case "words":
      return "string";
    case "float64":
    case "float32":
      return "float64";
    case "bool":
      return "boolean";
    default:
      return "int32";
  }
}

const INTEGERS: ReadonlySet<ColumnType> = new Set(["int32", "int64", "uint64"]);

function commonType(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  return INTEGERS.has(a) && INTEGERS.has(b) ? "int64" : "string";
}

function column(name: string, type: ColumnType): Column {
  const convert = CONVERTERS[type];
  return {
    name,
    type,
    cell: (event) => {
      const value = event[name];
      return value === undefined || value === null ? null : convert(value as never);
    },
  };
}

/** Integers of 64 bits are bigints in every row of their column. */
const CONVERTERS: Readonly<Record<ColumnType, (value: never) => Cell>> = {
  time: (value: number) => value,
  int32: (value: number) => value,
  int64: (value: number | bigint) => BigInt.asIntN(64, BigInt(value)),
  uint64: (value: number | bigint) => BigInt(value),
  float64: (value: number) => value,
  boolean: (value: boolean) => value,
  string: cellText,
  bytes: (value: Uint8Array) => value,
};

function cellText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return String(value);
}

/** The columns of the table of notices: time, name, and the other members as JSON. */
export const NOTICE_COLUMNS: readonly Column[] = [
  column("time", "time"),
  column("tracepoint", "string"),
  {
    name: "details",
    type: "string",
    cell: (notice) => {
      const { tracepoint, time, ...details } = notice as unknown as Notice;
      return JSON.stringify(details);
    },
  },
];
