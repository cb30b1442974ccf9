import type { Field, FieldType } from "../contract/types.ts";
import type { RawEvent } from "./event.ts";

/** A kind of event, with the fields it carries in their order. */
export interface EventKind {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** The encodings of values in BlockWriter and BlockReader. */
type Form = "unsigned" | "signed" | "float" | "bool" | "hash" | "string" | "bytes" | "words";

export const FORMS: Readonly<Record<FieldType, Form>> = {
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

/** The range of an integer type with fewer than 64 bits; null for all other types. */
export function rangeOf({ type }: Field): readonly [least: number, most: number] | null {
  const bits = Number(/int(8|16|32)$/.exec(type)?.[1]);
  if (Number.isNaN(bits)) return null;
  return type.startsWith("u") ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/**
 * Maps kinds of events to values. After a restart with another release, two kinds can have the same name, and events of
 * the former kind may still arrive. `get` uses the newest kind that fits the event.
 */
export class KindMap<Value> {
  /** By name; the newest kind of each name first. */
  readonly #values = new Map<string, { readonly kind: EventKind; readonly value: Value }[]>();

  add(kind: EventKind, value: Value): void {
    this.#values.set(kind.name, [{ kind, value }, ...(this.#values.get(kind.name) ?? [])]);
  }

  /** Whether there is a kind of this name. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Undefined for an event of an unknown kind. */
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
