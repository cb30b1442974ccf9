import { DESCRIBABLE_TYPES } from "../../contract/own-contract.ts";
import type { Field, FieldType } from "../../contract/types.ts";
import { CorelensError } from "../../errors.ts";
import { nearest, suggestion } from "../../util/nearest.ts";

/** A requested field of one or every tracepoint, with its own or another type. */
export interface FieldRequest {
  /** Null for every tracepoint. */
  readonly tracepoint: string | null;
  /** `*` for all fields. */
  readonly name: string;
  /** Replaces the field's type; null keeps it. */
  readonly form: FieldForm | null;
}

/** How to read an argument that is not in the contract. */
type FieldForm = Pick<Field, "type" | "length">;

const TYPES = new Set<string>(DESCRIBABLE_TYPES);

/**
 * Parses a field request:
 *
 *     peer_id                            a field
 *     arg0:string                        an argument that is not in the contract, as another type
 *     arg1:bytes(arg2)                   a pointer, and the argument that holds its length in bytes
 *     net:inbound_message.arg1:string    an argument of one tracepoint only
 *     from.msg_type                      a field of an interval
 *
 * @throws CorelensError FIELD_UNKNOWN
 */
export function parseFieldRequest(text: string): FieldRequest {
  const form = /^(?:([^.\s:]+:[^.\s]+)\.)?([^:\s]+)(?::(.*))?$/.exec(text.trim());
  const [, tracepoint = null, name = "", type] = form ?? [];
  if (type === undefined) return { tracepoint, name, form: null };
  const length = /^bytes\((\w+)\)$/.exec(type)?.[1];
  if (length !== undefined) return { tracepoint, name, form: { type: "bytes", length } };
  if (TYPES.has(type)) return { tracepoint, name, form: { type: type as FieldType } };
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${text}: unknown type ${type}`,
    suggestion(nearest(type, TYPES), `types: ${[...TYPES].join(", ")}, bytes(LENGTH)`),
  );
}

/** Whether a request includes a field of a tracepoint. */
export function asksFor(request: FieldRequest, tracepoint: string, name: string): boolean {
  const isOf = request.tracepoint === null || request.tracepoint === tracepoint;
  return isOf && (request.name === name || request.name === "*");
}

/**
 * A tracepoint's fields with the requested types.
 * @throws CorelensError FIELD_UNKNOWN: only arguments that are not in the contract can be given another type
 */
export function retyped(
  tracepoint: string,
  fields: readonly Field[],
  requests: readonly FieldRequest[],
): readonly Field[] {
  return fields.map((field) => {
    const form = requests.find(
      (request) =>
        request.form && request.name === field.name && asksFor(request, tracepoint, field.name),
    )?.form;
    if (!form) return field;
    if (!/^arg\d+$/.test(field.name)) {
      throw new CorelensError(
        "FIELD_UNKNOWN",
        `${field.name} has type ${field.type} and cannot be read as ${form.type}`,
        "omit the type",
      );
    }
    checkLength(form, fields);
    return { ...field, ...form };
  });
}

function checkLength({ length }: FieldForm, fields: readonly Field[]): void {
  if (length === undefined) return;
  const found = fields.find(({ name }) => name === length);
  if (found && /^u?int/.test(found.type)) return;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    found ? `${length} is not an integer, so it cannot be a length` : `unknown argument ${length}`,
    `name the argument that holds the length: bytes(${fields.at(-1)?.name ?? "arg1"})`,
  );
}
