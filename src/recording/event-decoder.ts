import type { Field } from "../contract/types.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import { formOf, rangeOf } from "../event/kind.ts";
import type { BlockReader } from "./block-reader.ts";
import { FLAG } from "./format.ts";

/** Reads an event of one kind, after its tag. */
export type EventDecoder = (block: BlockReader, flags: number) => RawEvent;

/** Generates the decoder of one kind. The code contains only numbers, and names that `parseKind` checked, quoted as JSON. */
export function compileDecoder({ name, fields }: EventKind): EventDecoder {
  const members = (value: (field: Field, index: number) => string): string =>
    fields
      .map((field, i) => `${JSON.stringify(field.name)}: ${value(field, i)},`)
      .join("\n        ");
  const envelope = `tracepoint: ${JSON.stringify(name)}, time: block.time, ktime: block.ktime, tid, thread, cpu, pid,`;
  const source = `
    const names = fields.map((field) => field.values);
    return (block, flags) => {
      block.envelope(flags);
      const { tid, thread, cpu, pid } = block.origin;
      if (!(flags & ${FLAG.flawed})) return {
        ${envelope}
        ${members(reading)}
      };
      const truncated = block.count();
      const unreadable = block.count();
      return flag({
        ${envelope}
        ${members((field, i) => `unreadable & ${1 << i} ? null : ${reading(field, i)}`)}
      }, truncated, unreadable);
    };`;
  const flag = (event: RawEvent, truncated: number, unreadable: number): RawEvent => ({
    ...event,
    ...(truncated > 0 && { truncated: named(fields, truncated) }),
    ...(unreadable > 0 && { unreadable: named(fields, unreadable) }),
  });
  return new Function("fields", "flag", source)(fields, flag) as EventDecoder;
}

function reading(field: Field, index: number): string {
  const range = rangeOf(field);
  const value = range === null ? `block.${formOf(field)}()` : `block.integer(${range.join(", ")})`;
  return field.values ? `((value) => names[${index}][value] ?? value)(${value})` : value;
}

function named(fields: readonly Field[], mask: number): string[] {
  return fields.filter((_, i) => (mask >>> i) & 1).map(({ name }) => name);
}
