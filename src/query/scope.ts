import type { Field } from "../contract/types.ts";
import { nearest, suggestion } from "../util/nearest.ts";
import type { FieldReference } from "./condition.ts";
import { QueryError, type Span } from "./query-error.ts";

/** A field that a query can name, and its index among the tracepoint's arguments. */
export interface QueryField {
  readonly field: Field;
  readonly argument: number;
}

/** Makes fields for queries from a tracepoint's fields, which are in the order of the arguments. */
export function queryFields(fields: readonly Field[]): QueryField[] {
  return fields.map((field, argument) => ({ field, argument }));
}

/** The field that a name in a query refers to. */
export interface Named {
  readonly field: Field;
  readonly reference: FieldReference;
}

/** The fields that every event has. */
const ENVELOPE: readonly Named[] = (["tid", "cpu", "pid"] as const).map((name) => ({
  field: { name, type: "uint32", meaning: "" },
  reference: { name, argument: null, type: "uint32" },
}));

/** Names of earlier versions that queries still accept, unless a field has the name. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([["node", "pid"]]);

/** The present name of a field: `node` is `pid`. */
export function presentName(name: string, fields: readonly Field[]): string {
  if (fields.some((field) => field.name === name)) return name;
  return FORMER_NAMES.get(name) ?? name;
}

/** The names that a query of a tracepoint can use. */
export class Scope {
  readonly #text: string;
  readonly #tracepoint: string;
  readonly #names: ReadonlyMap<string, Named>;

  /** @param envelope other names that the query can use */
  constructor(
    text: string,
    tracepoint: string,
    fields: readonly QueryField[],
    envelope: readonly Named[] = ENVELOPE,
  ) {
    this.#text = text;
    this.#tracepoint = tracepoint;
    const named = fields.map(({ field, argument }) => ({
      field,
      reference: { name: field.name, argument, type: field.type },
    }));
    this.#names = new Map([...envelope, ...named].map((each) => [each.field.name, each]));
  }

  /** Whether events have a value with this name. */
  has(name: string): boolean {
    const named = this.#find(name);
    return named !== undefined && named.field.unreadable === undefined;
  }

  /** @throws QueryError QUERY_TYPE for an unknown name, and for a field that cannot be read */
  get(name: string, span: Span): Named {
    const named = this.#find(name);
    if (named?.field.unreadable !== undefined) {
      throw this.refuse(
        span,
        `${name} of ${this.#tracepoint} cannot be read: ${named.field.unreadable}`,
        "leave it out; `corelens list --verbose` shows where each argument lies",
      );
    }
    if (named) return named;
    const names = [...this.#names.keys()];
    const cure = suggestion(nearest(name, names), `fields: ${names.join(", ")}`);
    throw this.refuse(span, `there is no field ${name} in ${this.#tracepoint}`, cure);
  }

  #find(name: string): Named | undefined {
    return this.#names.get(name) ?? this.#names.get(FORMER_NAMES.get(name) ?? "");
  }

  refuse(span: Span, message: string, cure?: string): QueryError {
    return new QueryError("QUERY_TYPE", this.#text, span, message, cure);
  }

  textAt({ start, end }: Span): string {
    return this.#text.slice(start, end);
  }
}
