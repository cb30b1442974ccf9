import { RESERVED_NAMES } from "../contract/reserved-names.ts";
import type { Field } from "../contract/types.ts";
import { type EventKind, FORMS } from "../event/kind.ts";
import { isObject } from "../util/is-object.ts";
import { MAX_FIELDS, MAX_KINDS } from "./format.ts";

/** A kind with its number in a file, from 1 on. */
export interface NumberedKind extends EventKind {
  readonly id: number;
}

export function kindJson({ id, name, fields }: NumberedKind): string {
  return JSON.stringify({ id, name, fields });
}

/** The kind that a frame describes; null if the JSON is not a kind. Unknown members, of later versions, are ignored. */
export function parseKind(json: unknown): NumberedKind | null {
  if (!isObject(json)) return null;
  const { id, name, fields } = json;
  if (!Number.isInteger(id) || Number(id) < 1 || Number(id) >= MAX_KINDS) return null;
  if (typeof name !== "string" || name.startsWith("corelens:")) return null;
  if (!Array.isArray(fields) || fields.length > MAX_FIELDS || !fields.every(isField)) return null;
  const names = new Set(fields.map((field) => field.name));
  return names.size === fields.length ? { id: Number(id), name, fields } : null;
}

function isField(json: unknown): json is Field {
  if (!isObject(json)) return false;
  const { name, type, values = {}, unit = "", meaning = "" } = json;
  return (
    typeof name === "string" &&
    /^\w{1,100}$/.test(name) &&
    !RESERVED_NAMES.has(name) &&
    typeof type === "string" &&
    Object.hasOwn(FORMS, type) &&
    typeof unit === "string" &&
    typeof meaning === "string" &&
    isObject(values) &&
    Object.values(values).every((value) => typeof value === "string")
  );
}
