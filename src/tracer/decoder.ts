import type { Field } from "../contract/types.ts";
import type { RawEvent } from "../event/event.ts";
import { HEADER, type RecordLayout, type Slot, shownSlots } from "./record-layout.ts";
import type { RecordMemory } from "./record-memory.ts";

/**
 * From the bytes of a record to an event. A decoder is JavaScript made for one layout, as a program is made
 * for one site: every event of a tracepoint is then one object literal with the same hidden class, which is
 * what makes a million events a second possible on one core.
 *
 * The text it is made from holds only numbers and JSON-quoted names.
 */

/** Decodes the record at byte offset `at`. */
export type Decoder = (at: number) => RawEvent;

export function compileDecoder(layout: RecordLayout, memory: RecordMemory): Decoder {
  const fields = layout.slots.flatMap((slot, i) =>
    slot.hidden ? [] : `${quote(slot.field.name)}: ${expression(slot, i)},`,
  );
  if (layout.payload) {
    const length = `memory.uint32(at + ${layout.payload.lengthOffset})`;
    fields.push(
      `${quote(layout.payload.field.name)}: memory.bytes(at + ${layout.size}, ${length}),`,
    );
  }
  const source = `
    const values = slots.map((slot) => slot.field.values);
    return (at) => {
      const masks = memory.uint32(at + ${HEADER.truncated});
      const ktime = memory.uint64(at + ${HEADER.ktime});
      const tid = memory.uint32(at + ${HEADER.tid});
      const pid = memory.uint32(at + ${HEADER.tgid});
      const event = {
        tracepoint: ${quote(layout.name)},
        time: memory.wallTime(ktime),
        ktime,
        tid,
        thread: memory.threadName(pid, tid),
        cpu: memory.uint16(at + ${HEADER.cpu}),
        pid,
        ${fields.join("\n        ")}
      };
      return masks === 0 ? event : flag(event, masks);
    };`;
  const names = argumentNames(layout);
  const flag = (event: RawEvent, masks: number): RawEvent => flagged(event, masks, names);
  return new Function("memory", "slots", "flag", source)(memory, layout.slots, flag) as Decoder;
}

function expression({ field, offset, size }: Slot, index: number): string {
  const at = `at + ${offset}`;
  if (field.values) {
    const value = `memory.${field.type}(${at})`;
    return `values[${index}][${value}] ?? ${value}`;
  }
  switch (field.type) {
    case "bool":
      return `memory.uint8(${at}) !== 0`;
    case "words":
      return `memory.words(${at}, ${size / 8})`;
    case "string":
      return `memory.string(${at}, ${size})`;
    default:
      return `memory.${field.type}(${at})`;
  }
}

function argumentNames(layout: RecordLayout): Map<number, Field> {
  return new Map(shownSlots(layout).map(({ argument, field }) => [argument, field]));
}

/** The event with what the header's masks say of its fields. */
function flagged(event: RawEvent, masks: number, fields: ReadonlyMap<number, Field>): RawEvent {
  const named = (mask: number): string[] =>
    [...fields].filter(([bit]) => (mask >> bit) & 1).map(([, field]) => field.name);
  const truncated = named(masks & 0xffff);
  const unreadable = named(masks >>> 16);
  return {
    ...event,
    ...Object.fromEntries(unreadable.map((name) => [name, null])),
    ...(truncated.length > 0 && { truncated }),
    ...(unreadable.length > 0 && { unreadable }),
  };
}

function quote(name: string): string {
  return JSON.stringify(name);
}
