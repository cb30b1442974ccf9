import type { Field } from "../contract/types.ts";
import type { RawEvent } from "../event/event.ts";
import { formOf } from "../event/kind.ts";
import type { BlockWriter } from "./block-writer.ts";
import { FLAG } from "./format.ts";
import type { NumberedKind } from "./kind.ts";

/** Appends an event of one kind to the block. */
export type EventEncoder = (event: RawEvent) => void;

/**
 * Generates the encoder of one kind.
 * @param maxPayload bytes; a longer payload is cut, and `truncated` names it
 */
export function compileEncoder(
  kind: NumberedKind,
  block: BlockWriter,
  maxPayload: number,
): EventEncoder {
  const { id, fields } = kind;
  const payload = fields.find(({ type }) => type === "bytes");
  const source = `
    const numbers = fields.map(({ values = {} }) =>
      new Map(Object.entries(values).map(([number, name]) => [name, Number(number)])));
    return (event) => {
      ${payload ? `event = cut(event, ${quote(payload.name)});` : ""}
      if (event.truncated === undefined && event.unreadable === undefined) {
        block.envelope(${id}, event, 0);
        ${fields.map((field, i) => writing(field, i)).join("\n        ")}
      } else {
        block.envelope(${id}, event, ${FLAG.flawed});
        const unreadable = mask(event.unreadable);
        block.unsigned(mask(event.truncated));
        block.unsigned(unreadable);
        ${fields.map((field, i) => `if (!(unreadable & ${1 << i})) ${writing(field, i)}`).join("\n        ")}
      }
    };`;
  const bits = new Map(fields.map(({ name }, i) => [name, 2 ** i]));
  const mask = (names: readonly string[] = []): number =>
    names.reduce((sum, name) => sum + (bits.get(name) ?? 0), 0);
  const cut = (event: RawEvent, name: string) => withPayloadCut(event, name, maxPayload);
  return new Function("block", "fields", "mask", "cut", source)(
    block,
    fields,
    mask,
    cut,
  ) as EventEncoder;
}

function writing(field: Field, index: number): string {
  const value = `event[${quote(field.name)}]`;
  const written = field.values ? `numbers[${index}].get(${value}) ?? ${value}` : value;
  return `block.${formOf(field)}(${written});`;
}

function withPayloadCut(event: RawEvent, name: string, maxLength: number): RawEvent {
  const payload = event[name] as Uint8Array | null;
  if (payload === null || payload.length <= maxLength) return event;
  const { truncated = [], unreadable, ...rest } = event;
  return {
    ...rest,
    [name]: payload.subarray(0, maxLength),
    truncated: truncated.includes(name) ? truncated : [...truncated, name],
    ...(unreadable && { unreadable }),
  } as RawEvent;
}

function quote(name: string): string {
  return JSON.stringify(name);
}
