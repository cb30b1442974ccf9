import { parse, TomlError } from "smol-toml";
import { CorelensError } from "../errors.ts";
import { nearest } from "../util/nearest.ts";
import { DESCRIBABLE_TYPES, type OwnTracepoint } from "./own-contract.ts";
import { RESERVED_NAMES } from "./reserved-names.ts";
import type { Field, FieldType, Unit } from "./types.ts";

/*
 * A contract file describes the arguments of tracepoints that are not in corelens' contract, in TOML:
 *
 *     [[tracepoint]]
 *     name = "utxocache:add"
 *     summary = "A coin entered the cache."
 *     fields = [
 *       { name = "txid", type = "hash" },
 *       { name = "amount", type = "string", meaning = "With its currency." },
 *       { name = "size", type = "uint64", unit = "B" },
 *       { name = "script", type = "bytes", length = "size" },
 *     ]
 *
 * Fields are in the order of the arguments. `check` reports a binary whose arguments have other widths.
 */
const TYPES: readonly FieldType[] = [...DESCRIBABLE_TYPES, "bytes"];
const UNITS: readonly Unit[] = ["sat", "vB", "B", "ns", "us", "UNIX s"];
const MAX_FIELDS = 12;

/**
 * Parses a contract file.
 * @param path the name of the file in messages
 * @throws CorelensError CONTRACT_INVALID
 */
export function parseContractFile(text: string, path: string): OwnTracepoint[] {
  const fail: Fail = (where, what) => {
    throw new CorelensError("CONTRACT_INVALID", `${path}: ${where}: ${what}`);
  };
  const file = new Table(parseToml(text, path), "the file", ["tracepoint"], fail);
  const entries = file.value("tracepoint");
  if (!Array.isArray(entries) || entries.length === 0) {
    return fail("the file", "it describes no [[tracepoint]]");
  }
  const tracepoints = entries.map((entry, i) => tracepointOf(entry, `tracepoint ${i + 1}`, fail));
  const twice = duplicateOf(tracepoints.map(({ name }) => name));
  return twice === undefined ? tracepoints : fail(twice, "it is described twice");
}

type Fail = (where: string, what: string) => never;

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.split("\n");
    const place = `line ${error.line}, column ${error.column}`;
    throw new CorelensError("CONTRACT_INVALID", `${path}: ${place}: ${reason}`);
  }
}

function tracepointOf(entry: unknown, place: string, fail: Fail): OwnTracepoint {
  const table = new Table(entry, place, ["name", "summary", "fields"], fail);
  const name = table.text("name");
  if (!/^\w+:\w+$/.test(name)) fail(place, `a name is context:event, not ${name}`);
  const entries = table.value("fields");
  if (!Array.isArray(entries)) return fail(name, "it has no list of fields");
  if (entries.length > MAX_FIELDS) fail(name, `a tracepoint passes ${MAX_FIELDS} values at most`);
  const fields = entries.map((field, i) => fieldOf(field, `${name}, field ${i + 1}`, fail));
  const twice = duplicateOf(fields.map((field) => field.name));
  if (twice !== undefined) fail(name, `it has two fields ${twice}`);
  for (const { name: field, type, length } of fields) {
    if ((type === "bytes") !== (length !== undefined)) {
      fail(
        `${name}, ${field}`,
        "bytes, and nothing else, need the name of the field with their length",
      );
    }
    const number = fields.find((other) => other.name === length);
    if (length !== undefined && !/^u?int/.test(number?.type ?? "")) {
      fail(`${name}, ${field}`, `its length ${length} is not an integer field`);
    }
  }
  return { name, summary: table.optional("summary") ?? "", fields };
}

function fieldOf(entry: unknown, place: string, fail: Fail): Field {
  const table = new Table(entry, place, ["name", "type", "unit", "meaning", "length"], fail);
  const name = table.text("name");
  if (!/^[a-z]\w*$/i.test(name)) fail(place, `${name} is not a name: letters, digits and _`);
  if (RESERVED_NAMES.has(name)) fail(place, `${name} is reserved: choose another name`);
  const unit = table.optional("unit");
  const length = table.optional("length");
  return {
    name,
    type: oneOf(TYPES, table.text("type"), "type", place, fail),
    meaning: table.optional("meaning") ?? "",
    ...(unit !== undefined && { unit: oneOf(UNITS, unit, "unit", place, fail) }),
    ...(length !== undefined && { length }),
  };
}

function oneOf<Value extends string>(
  values: readonly Value[],
  text: string,
  what: string,
  place: string,
  fail: Fail,
): Value {
  const found = values.find((value) => value === text);
  return found ?? fail(place, `there is no ${what} ${text}; ${meant(text, values)}`);
}

/** Checks that a table has known keys only. */
class Table {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #place: string;
  readonly #fail: Fail;

  constructor(value: unknown, place: string, keys: readonly string[], fail: Fail) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      fail(place, "it is not a table");
    }
    this.#values = value as Readonly<Record<string, unknown>>;
    this.#place = place;
    this.#fail = fail;
    for (const key of Object.keys(this.#values)) {
      if (!keys.includes(key)) fail(place, `there is no key ${key}; ${meant(key, keys)}`);
    }
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  text(key: string): string {
    return this.optional(key) ?? this.#fail(this.#place, `it has no ${key}`);
  }

  optional(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === "string") return value;
    return this.#fail(this.#place, `its ${key} is not text`);
  }
}

function meant(text: string, values: readonly string[]): string {
  const near = nearest(text, values);
  return near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there are ${values.join(", ")}`;
}

function duplicateOf(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}
