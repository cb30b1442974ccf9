import type { Field, FieldType } from "../contract/types.ts";
import type { EventKind } from "../session/event-source.ts";
import type { RawEvent } from "../tracer/decoder.ts";
import { MOST_FIELDS, MOST_KINDS } from "./format.ts";

/** A kind with the number by which a file's events name it, from 1 on. */
export interface NumberedKind extends EventKind {
  readonly id: number;
}

export function kindJson({ id, name, fields }: NumberedKind): string {
  return JSON.stringify({ id, name, fields });
}

/** Names of every event, which no field can have. */
const TAKEN = new Set([
  ...["tracepoint", "time", "ktime", "tid", "thread", "cpu", "node", "truncated", "unreadable"],
  "__proto__",
]);

/** The ways a value is written, of BlockWriter and BlockReader alike. */
type Form = "unsigned" | "signed" | "float" | "bool" | "hash" | "string" | "bytes" | "words";

const FORMS: Readonly<Record<FieldType, Form>> = {
  int64: "signed",
  uint64: "unsigned",
  int32: "signed",
  uint32: "unsigned",
  int16: "signed",
  uint16: "unsigned",
  int8: "signed",
  uint8: "unsigned",
  bool: "bool",
  string: "string",
  hash: "hash",
  bytes: "bytes",
  float64: "float",
  float32: "float",
  words: "words",
};

export function formOf({ type }: Field): Form {
  return FORMS[type];
}

/** The least and the largest value of an integer that has fewer than 64 bits; null for all other types. */
export function rangeOf({ type }: Field): readonly [least: number, most: number] | null {
  const bits = Number(/int(8|16|32)$/.exec(type)?.[1]);
  if (Number.isNaN(bits)) return null;
  return type.startsWith("u") ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/**
 * Finds something by an event's kind. After a restart with another release two kinds can have the same name, and
 * events of the former may still come: the newest that an event can be of is taken for its kind.
 */
export class KindMap<Value> {
  /** By name; of one name the newest first. */
  readonly #values = new Map<string, { readonly kind: EventKind; readonly value: Value }[]>();

  add(kind: EventKind, value: Value): void {
    this.#values.set(kind.name, [{ kind, value }, ...(this.#values.get(kind.name) ?? [])]);
  }

  /** Whether there is a kind of this name. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Undefined for an event of no known kind. */
  get(event: RawEvent): Value | undefined {
    const known = this.#values.get(event.tracepoint);
    if (known === undefined) return undefined;
    return (known.length === 1 ? known[0] : known.find(({ kind }) => fits(kind, event)))?.value;
  }
}

/** Whether an event can be of this kind. */
function fits({ fields }: EventKind, event: RawEvent): boolean {
  const { truncated, unreadable } = event;
  const flaws = [truncated, unreadable].filter((flaw) => flaw !== undefined).length;
  return (
    Object.keys(event).length === ENVELOPE_MEMBERS + fields.length + flaws &&
    fields.every((field) => {
      const value = event[field.name];
      return value === null ? unreadable?.includes(field.name) : isOf(field, value);
    })
  );
}

const ENVELOPE_MEMBERS = 7;

function isOf(field: Field, value: unknown): boolean {
  switch (formOf(field)) {
    case "bool":
      return typeof value === "boolean";
    case "hash":
    case "string":
      return typeof value === "string";
    case "bytes":
      return value instanceof Uint8Array;
    case "words":
      return Array.isArray(value);
    case "float":
      return typeof value === "number";
  }
  if (typeof value === "string") return Object.values(field.values ?? {}).includes(value);
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  const [least, most] = rangeOf(field) ?? [field.type === "uint64" ? 0 : -(2 ** 63), 2 ** 64];
  return value >= least && value <= most;
}

/** The kind that a frame describes; null when it is none. What a later version adds to it is passed over. */
export function parseKind(json: unknown): NumberedKind | null {
  if (!isObject(json)) return null;
  const { id, name, fields } = json;
  if (!Number.isInteger(id) || Number(id) < 1 || Number(id) >= MOST_KINDS) return null;
  if (typeof name !== "string" || name.startsWith("corelens:")) return null;
  if (!Array.isArray(fields) || fields.length > MOST_FIELDS || !fields.every(isField)) return null;
  const names = new Set(fields.map((field) => field.name));
  return names.size === fields.length ? { id: Number(id), name, fields } : null;
}

function isField(json: unknown): json is Field {
  if (!isObject(json)) return false;
  const { name, type, values = {}, unit = "", meaning = "" } = json;
  return (
    typeof name === "string" &&
    /^\w{1,100}$/.test(name) &&
    !TAKEN.has(name) &&
    typeof type === "string" &&
    Object.hasOwn(FORMS, type) &&
    typeof unit === "string" &&
    typeof meaning === "string" &&
    isObject(values) &&
    Object.values(values).every((value) => typeof value === "string")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
