import type { Field, FieldType } from "../contract/types.ts";
import { alignUp } from "../util/align.ts";

/**
 * The layout of an event's record in the ring buffer. The program that writes the record and the decoder that reads it
 * are generated from the same layout, so they always agree.
 *
 *      0    2    4          6           8        16           24
 *     ┌────┬────┬──────────┬───────────┬────────┬────────────┬──────────────────┬─────────┐
 *     │ id │cpu │truncated │unreadable │ ktime  │ tid   tgid │ slots, wide first│ payload │
 *     └────┴────┴──────────┴───────────┴────────┴────────────┴──────────────────┴─────────┘
 *      u16  u16  u16: bit n  u16: bit n   u64 ns   u32   u32
 *                is field n  is field n
 *
 * Only requested fields have a slot. The kernel reserves records of constant size only. Therefore a string has room for the
 * longest expected one. A longer string needs a record of the wide form, where each string has 4 kB (programs and reader
 * touch only the bytes in use). A record with a payload has one of a few sizes. The highest bit of `id` is the form.
 */
export interface RecordLayout extends RecordForm {
  /** Number of the layout in its session; every record has it. */
  readonly id: number;
  readonly name: string;
  /** The form with less room for strings than the wide one, which this is; null where there is no string. */
  readonly narrow: RecordForm | null;
  /** The one field of variable size, or null. */
  readonly payload: PayloadSlot | null;
  /** Parts of the session's query that the reader tests. An event must meet all. */
  readonly conditions: readonly string[];
  /** Arguments that cannot be read at its sites. A condition that depends on one is never true. */
  readonly unknown: readonly number[];
}

/** The places of the fields in a record. */
export interface RecordForm {
  /** The requested fields, in argument order. */
  readonly slots: readonly Slot[];
  /** Bytes of header and slots. A payload follows at this offset. */
  readonly size: number;
}

/** The place of a field of fixed size. */
export interface Slot {
  readonly field: Field;
  /** Index among the tracepoint's arguments, and bit in the header's masks. */
  readonly argument: number;
  readonly offset: number;
  readonly size: number;
  /** Only the reader's conditions use it; the event does not have the field. */
  readonly hidden: boolean;
}

export interface PayloadSlot {
  readonly field: Field;
  readonly argument: number;
  /** Index of the argument that holds the payload's length. */
  readonly lengthArgument: number;
  /** Offset of the number of captured bytes (u32). */
  readonly lengthOffset: number;
  /** The possible sizes of its room in a record, smallest first. A payload longer than the last is cut. */
  readonly rooms: readonly number[];
}

export const HEADER = {
  id: 0,
  cpu: 2,
  truncated: 4,
  unreadable: 6,
  ktime: 8,
  tid: 16,
  tgid: 20,
  size: 24,
} as const;

/** The form's number is above these bits of a record's id. */
export const FORM_SHIFT = 15;
export const WIDE = 0;
export const NARROW = 1;

/** Rooms for payloads. A program reserves the smallest that fits. A P2P message has at most 4,000,000 bytes. */
const PAYLOAD_ROOMS = [256, 4096, 65_536, 1 << 20, 4 << 20] as const;

/** The most room for a string in the narrow form: an onion address with its port. */
const MAX_SHORT = 72;
/** Room for strings in the wide form, each and together: offsets in a record have 15 bits. */
const MAX_STRING = 4096;
const MAX_STRINGS = 24_576;

const SIZES: Readonly<Record<Exclude<FieldType, "string" | "bytes" | "words">, number>> = {
  int64: 8,
  uint64: 8,
  int32: 4,
  uint32: 4,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
  hash: 32,
  float64: 8,
  float32: 4,
};

/** The conditions that the reader tests before it delivers an event. */
export interface ReaderConditions {
  readonly texts: readonly string[];
  /** Indices of the arguments that they read. */
  readonly arguments: ReadonlySet<number>;
}

const NO_CONDITIONS: ReaderConditions = { texts: [], arguments: new Set() };

/**
 * @param fields all arguments of the tracepoint, in order
 * @param wanted the names of the fields to read
 * @param maxPayload the maximum number of payload bytes to capture
 * @param unknown arguments of the query that cannot be read at the sites of these records
 */
export function layOut(
  id: number,
  name: string,
  fields: readonly Field[],
  wanted: ReadonlySet<string>,
  conditions: ReaderConditions = NO_CONDITIONS,
  maxPayload = Number.POSITIVE_INFINITY,
  unknown: readonly number[] = [],
): RecordLayout {
  const chosen = fields
    .map((field, argument) => ({ field, argument }))
    .filter(({ field, argument }) => wanted.has(field.name) || conditions.arguments.has(argument));
  const payload = chosen.find(({ field }) => field.type === "bytes");
  const fixed = chosen.filter((slot) => slot !== payload);
  const strings = fixed.filter(({ field }) => field.type === "string").length;
  const first = HEADER.size + (payload ? 8 : 0);
  const place = (room: (field: Field) => number): RecordForm => {
    let end = first;
    const slots = fixed
      .map((slot) => ({ ...slot, size: sizeOf(slot.field, room) }))
      .toSorted((a, b) => alignment(b.size) - alignment(a.size) || a.size - b.size)
      .map((slot) => {
        const offset = end;
        end += slot.size;
        return { ...slot, offset, hidden: !wanted.has(slot.field.name) };
      })
      .toSorted((a, b) => a.argument - b.argument);
    return { slots, size: alignUp(end, 8) };
  };
  return {
    id,
    name,
    ...place(() => Math.min(MAX_STRING, 8 * Math.floor(MAX_STRINGS / strings / 8))),
    narrow: strings > 0 ? place(shortRoom) : null,
    payload: payload
      ? {
          ...payload,
          lengthArgument: fields.findIndex(({ name }) => name === payload.field.length),
          lengthOffset: HEADER.size,
          rooms: roomsFor(maxPayload),
        }
      : null,
    conditions: conditions.texts,
    unknown,
  };
}

/** Room for a string as long as can be expected. */
function shortRoom({ maxLength = MAX_SHORT }: Field): number {
  return Math.min(alignUp(maxLength + 1, 8), MAX_SHORT);
}

function roomsFor(most: number): number[] {
  const largest = Math.min(most, PAYLOAD_ROOMS.at(-1)!);
  return [...PAYLOAD_ROOMS.filter((room) => room < largest), largest];
}

/** The slots of the event's fields, the payload last. */
export function shownSlots({ slots, payload }: RecordLayout): readonly (Slot | PayloadSlot)[] {
  const shown = slots.filter(({ hidden }) => !hidden);
  return payload ? [...shown, payload] : shown;
}

/** Bytes of a field's slot. */
function sizeOf(field: Field, room: (field: Field) => number): number {
  switch (field.type) {
    case "string":
      return room(field);
    case "words":
      return 8 * Math.ceil((field.size ?? 0) / 8);
    case "bytes":
      throw new Error(`${field.name}: only one field of variable size fits a record`);
    default:
      return SIZES[field.type];
  }
}

function alignment(size: number): number {
  return Math.min(size, 8);
}
