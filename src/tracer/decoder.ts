import type { Field, FieldType } from "../contract/types.ts";
import type { RawEvent } from "../event/event.ts";
import {
  HEADER,
  type RecordForm,
  type RecordLayout,
  type Slot,
  shownSlots,
} from "./record-layout.ts";
import { type RecordMemory, SAFE_HIGH, type Views } from "./record-memory.ts";

/**
 * Decodes the bytes of a record into an event. Each layout has its own decoder: generated JavaScript that makes one
 * object literal. All events of a tracepoint then have the same hidden class, and one core decodes a million events a
 * second.
 *
 * The generated text has only numbers and JSON-quoted names from outside.
 */

/** Decodes the record at byte offset `at`. */
export type Decoder = (at: number) => RawEvent;

/** @param form of the records that it decodes */
export function compileDecoder(
  layout: RecordLayout,
  memory: RecordMemory,
  form: RecordForm = layout,
): Decoder {
  const fields = form.slots.flatMap((slot, i) =>
    slot.hidden ? [] : `${quote(slot.field.name)}: ${expression(slot, i)},`,
  );
  if (layout.payload) {
    const length = element("u32", layout.payload.lengthOffset);
    fields.push(`${quote(layout.payload.field.name)}: memory.bytes(at + ${form.size}, ${length}),`);
  }
  const source = `
    const { u8, i8, u16, i16, u32, i32, f32, f64 } = memory.views;
    const values = slots.map((slot) => slot.field.values);
    return (at) => {
      const masks = ${element("u32", HEADER.truncated)};
      const ktime = ${integer64("uint64", HEADER.ktime)};
      const tid = ${element("u32", HEADER.tid)};
      const pid = ${element("u32", HEADER.tgid)};
      const event = {
        tracepoint: ${quote(layout.name)},
        time: memory.wallTime(ktime),
        ktime,
        tid,
        thread: memory.threadName(pid, tid),
        cpu: ${element("u16", HEADER.cpu)},
        pid,
        ${fields.join("\n        ")}
      };
      return masks === 0 ? event : flag(event, masks);
    };`;
  const names = argumentNames(layout);
  const flag = (event: RawEvent, masks: number): RawEvent => flagged(event, masks, names);
  return new Function("memory", "slots", "flag", source)(memory, form.slots, flag) as Decoder;
}

/** The views of fields that one array element holds. */
const VIEWS = {
  uint32: "u32",
  int32: "i32",
  uint16: "u16",
  int16: "i16",
  uint8: "u8",
  int8: "i8",
  float64: "f64",
  float32: "f32",
} as const satisfies Partial<Record<FieldType, keyof Views>>;

const SHIFTS: Readonly<Record<keyof Views, number>> = {
  ...{ u8: 0, i8: 0, u16: 1, i16: 1, u32: 2, i32: 2, f32: 2, f64: 3 },
};

function expression({ field, offset, size }: Slot, index: number): string {
  const value = expressionOf(field.type, offset, size);
  return field.values ? `values[${index}][${value}] ?? ${value}` : value;
}

function expressionOf(type: FieldType, offset: number, size: number): string {
  const at = `at + ${offset}`;
  switch (type) {
    case "int64":
    case "uint64":
      return integer64(type, offset);
    case "bool":
      return `${element("u8", offset)} !== 0`;
    case "words":
      return `memory.words(${at}, ${size / 8})`;
    case "string":
      return `memory.string(${at}, ${size})`;
    case "hash":
    case "bytes":
      return `memory.${type}(${at})`;
    default:
      return element(VIEWS[type], offset);
  }
}

/** `u32[at + 24 >> 2]`: the cheapest way to read a number. */
function element(view: keyof Views, offset: number): string {
  const shift = SHIFTS[view];
  return `${view}[at + ${offset}${shift > 0 ? ` >> ${shift}` : ""}]`;
}

/** Reads small integers, which nearly all are, without a call. */
function integer64(type: "int64" | "uint64", offset: number): string {
  const high = element("u32", offset + 4);
  const small = `${high} * 0x1_0000_0000 + ${element("u32", offset)}`;
  return `${high} < ${SAFE_HIGH} ? ${small} : memory.${type}(at + ${offset})`;
}

function argumentNames(layout: RecordLayout): Map<number, Field> {
  return new Map(shownSlots(layout).map(({ argument, field }) => [argument, field]));
}

/** Adds the names of truncated and unreadable fields, from the header's masks. */
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
