import { CorelensError } from "../errors.ts";
import type { Frame } from "./frame-reader.ts";
import { LIMITS } from "./limits.ts";

/**
 * Reads a message without a schema. A message is a tree of structs, lists, bytes and capabilities, which refer to each
 * other by pointers. A pointer is a word of 64 bits (the numbers are bits, the lowest bits are on the right):
 *
 *     struct      offset (30, signed) 00 | words of data (16) | pointers (16)
 *     list        offset (30, signed) 01 | size of elements (3) | number of them (29)
 *     far         landing pad (29) d 10  | segment (32)
 *     capability  0 (30)              11 | index in the table of capabilities (32)
 *
 * - An offset is the number of words from the end of the pointer to the object.
 * - A list of structs (size 7) begins with a word like a struct pointer: it has the number of elements in place of the
 *   offset, and the size of one element.
 * - A far pointer leads to another segment, to a "landing pad". With d = 0, the pad is a pointer to the object. With
 *   d = 1, the pad is a far pointer to the object, then a pointer with the kind and size of the object.
 *
 * The peer can send any bytes. Reading them ends with a value or with IPC_PROTOCOL, because each pointer is checked
 * against its segment, the nesting is limited, and so is the total size of all objects read, which ends loops.
 */
export class MessageReader {
  readonly view: DataView;
  readonly #segments: Frame["segments"];
  #budget = LIMITS.messageBytes / 8;

  constructor({ bytes, segments }: Frame) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#segments = segments;
  }

  /** The root struct of the message; for a null pointer, a struct with all defaults. */
  root(): StructReader {
    const { start, end } = this.#segments[0]!;
    if (end - start < 8) throw corrupt("a message without content");
    return (
      this.struct(0, start, LIMITS.nesting) ?? new StructReader(this, 0, start, 0, start, 0, 0)
    );
  }

  /** Null for a null pointer. @param at byte offset of the pointer */
  struct(segment: number, at: number, depth: number): StructReader | null {
    const pointer = this.#follow(segment, at);
    if (pointer === null) return null;
    if (pointer.kind !== STRUCT) throw corrupt("a pointer of another kind where a struct belongs");
    const { data, pointers } = shapeOf(pointer.high);
    this.#charge(pointer, data + pointers, data + pointers);
    return this.#structAt(pointer, pointer.target, data, pointers, descend(depth));
  }

  list(segment: number, at: number, depth: number): ListReader | null {
    const pointer = this.#follow(segment, at);
    if (pointer === null) return null;
    if (pointer.kind !== LIST) throw corrupt("a pointer of another kind where a list belongs");
    const below = descend(depth);
    const size = pointer.high & 7;
    const count = pointer.high >>> 3;
    if (size === COMPOSITE) return this.#compositeList(pointer, count, below);
    const bits = ELEMENT_BITS[size]!;
    const words = Math.ceil((count * bits) / 64);
    // Elements without size take time too.
    this.#charge(pointer, words, bits === 0 ? count : words);
    const isPointer = size === POINTER;
    return new ListReader(count, bits, (i) => {
      const start = pointer.target + (i * bits) / 8;
      const dataBytes = isPointer ? 0 : bits >>> 3;
      return new StructReader(
        this,
        pointer.segment,
        start,
        dataBytes,
        start,
        isPointer ? 1 : 0,
        below,
      );
    });
  }

  /** The bytes in the message, not a copy; null for a null pointer. */
  bytes(segment: number, at: number): Uint8Array | null {
    const pointer = this.#follow(segment, at);
    if (pointer === null) return null;
    if (pointer.kind !== LIST || (pointer.high & 7) !== BYTE) {
      throw corrupt("a pointer of another kind where bytes belong");
    }
    const length = pointer.high >>> 3;
    const words = Math.ceil(length / 8);
    this.#charge(pointer, words, words);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + pointer.target, length);
  }

  /** Index in the table of capabilities; null for a null pointer. */
  capability(segment: number, at: number): number | null {
    const pointer = this.#follow(segment, at);
    if (pointer === null) return null;
    if (pointer.kind !== OTHER || pointer.low !== OTHER) {
      throw corrupt("a pointer of another kind where a capability belongs");
    }
    return pointer.high;
  }

  /** The kind of object that a pointer refers to, for copying. */
  kindOf(segment: number, at: number): "null" | "struct" | "list" | "capability" {
    const pointer = this.#follow(segment, at);
    if (pointer === null) return "null";
    if (pointer.kind === STRUCT) return "struct";
    return pointer.kind === LIST ? "list" : "capability";
  }

  #compositeList(pointer: Pointer, words: number, depth: number): ListReader {
    this.#charge(pointer, words + 1, words + 1);
    const low = this.view.getUint32(pointer.target, true);
    const { data, pointers } = shapeOf(this.view.getUint32(pointer.target + 4, true));
    const count = low >>> 2;
    if ((low & 3) !== STRUCT || count * (data + pointers) > words) {
      throw corrupt("a list of structs with fewer words than its count needs");
    }
    if (data + pointers === 0) this.#charge(pointer, 0, count);
    const first = pointer.target + 8;
    const step = (data + pointers) * 8;
    return new ListReader(count, COMPOSITE_BITS, (i) =>
      this.#structAt(pointer, first + i * step, data, pointers, depth),
    );
  }

  #structAt(
    { segment }: Pointer,
    at: number,
    data: number,
    pointers: number,
    depth: number,
  ): StructReader {
    return new StructReader(this, segment, at, data * 8, at + data * 8, pointers, depth);
  }

  /** Reads a pointer and finds its object; follows a far pointer. */
  #follow(segment: number, at: number): Pointer | null {
    const low = this.view.getUint32(at, true);
    const high = this.view.getUint32(at + 4, true);
    if (low === 0 && high === 0) return null;
    const kind = low & 3;
    if (kind !== FAR) return { kind, low, high, segment, target: at + 8 + (low >> 2) * 8 };
    const isDouble = (low & 4) !== 0;
    const pad = this.#wordIn(high, low >>> 3, isDouble ? 2 : 1);
    const padLow = this.view.getUint32(pad, true);
    const padHigh = this.view.getUint32(pad + 4, true);
    if (!isDouble) {
      if ((padLow & 3) === FAR) throw corrupt("a far pointer to a far pointer");
      return {
        kind: padLow & 3,
        low: padLow,
        high: padHigh,
        segment: high,
        target: pad + 8 + (padLow >> 2) * 8,
      };
    }
    if ((padLow & 7) !== FAR) throw corrupt("a landing pad that leads nowhere");
    const tag = this.view.getUint32(pad + 8, true);
    return {
      kind: tag & 3,
      low: tag,
      high: this.view.getUint32(pad + 12, true),
      segment: padHigh,
      target: this.#wordIn(padHigh, padLow >>> 3, 0),
    };
  }

  /** Byte offset of a word in a segment, which must have `words` words from there. */
  #wordIn(segment: number, word: number, words: number): number {
    const place = this.#segments[segment];
    const at = (place?.start ?? 0) + word * 8;
    if (!place || at + words * 8 > place.end) throw corrupt("a pointer out of its segment");
    return at;
  }

  #charge({ segment, target }: Pointer, words: number, cost: number): void {
    const place = this.#segments[segment];
    if (!place || target < place.start || target + words * 8 > place.end) {
      throw corrupt("a pointer out of its segment");
    }
    this.#budget -= Math.max(cost, 1);
    if (this.#budget < 0) throw corrupt("a message that refers to the same objects too often");
  }
}

interface Pointer {
  readonly kind: number;
  readonly low: number;
  readonly high: number;
  readonly segment: number;
  /** Byte offset of the object, unchecked. */
  readonly target: number;
}

const STRUCT = 0;
const LIST = 1;
const FAR = 2;
const OTHER = 3;
const BYTE = 2;
const POINTER = 6;
const COMPOSITE = 7;
const COMPOSITE_BITS = -1;
/** Bits of an element by the size in a list pointer: nothing, a bit, 1, 2, 4, 8 bytes, a pointer. */
const ELEMENT_BITS = [0, 1, 8, 16, 32, 64, 64];

function shapeOf(high: number): { readonly data: number; readonly pointers: number } {
  return { data: high & 0xffff, pointers: high >>> 16 };
}

function descend(depth: number): number {
  if (depth === 0) throw corrupt(`a message nested deeper than ${LIMITS.nesting}`);
  return depth - 1;
}

function corrupt(what: string): CorelensError {
  return new CorelensError("IPC_PROTOCOL", `the peer sent ${what}`);
}

/** Reads the fields of a struct. Fields beyond its end read as zero or null: the sender has an older schema. */
export class StructReader {
  readonly #message: MessageReader;
  readonly #segment: number;
  readonly #data: number;
  readonly dataBytes: number;
  readonly #pointers: number;
  readonly pointerCount: number;
  readonly #depth: number;

  constructor(
    message: MessageReader,
    segment: number,
    data: number,
    dataBytes: number,
    pointers: number,
    pointerCount: number,
    depth: number,
  ) {
    this.#message = message;
    this.#segment = segment;
    this.#data = data;
    this.dataBytes = dataBytes;
    this.#pointers = pointers;
    this.pointerCount = pointerCount;
    this.#depth = depth;
  }

  /** @param bit counted from the beginning of the data */
  bool(bit: number): boolean {
    return ((this.uint8(bit >>> 3) >>> (bit & 7)) & 1) === 1;
  }

  uint8(byte: number): number {
    return this.#has(byte, 1) ? this.#message.view.getUint8(this.#data + byte) : 0;
  }

  uint16(byte: number): number {
    return this.#has(byte, 2) ? this.#message.view.getUint16(this.#data + byte, true) : 0;
  }

  uint32(byte: number): number {
    return this.#has(byte, 4) ? this.#message.view.getUint32(this.#data + byte, true) : 0;
  }

  uint64(byte: number): bigint {
    return this.#has(byte, 8) ? this.#message.view.getBigUint64(this.#data + byte, true) : 0n;
  }

  struct(index: number): StructReader | null {
    if (index >= this.pointerCount) return null;
    return this.#message.struct(this.#segment, this.#pointer(index), this.#depth);
  }

  list(index: number): ListReader | null {
    if (index >= this.pointerCount) return null;
    return this.#message.list(this.#segment, this.#pointer(index), this.#depth);
  }

  bytes(index: number): Uint8Array | null {
    if (index >= this.pointerCount) return null;
    return this.#message.bytes(this.#segment, this.#pointer(index));
  }

  capability(index: number): number | null {
    if (index >= this.pointerCount) return null;
    return this.#message.capability(this.#segment, this.#pointer(index));
  }

  kindOf(index: number): "null" | "struct" | "list" | "capability" {
    return this.#message.kindOf(this.#segment, this.#pointer(index));
  }

  #pointer(index: number): number {
    return this.#pointers + index * 8;
  }

  #has(byte: number, size: number): boolean {
    return byte + size <= this.dataBytes;
  }
}

/** Reads a list. Each element reads as a struct: a number is its only data, a pointer its only pointer. */
export class ListReader {
  readonly length: number;
  /** Bits of an element; negative for structs. */
  readonly elementBits: number;
  readonly #element: (index: number) => StructReader;

  constructor(length: number, elementBits: number, element: (index: number) => StructReader) {
    this.length = length;
    this.elementBits = elementBits;
    this.#element = element;
  }

  /** @param index below `length` */
  at(index: number): StructReader {
    return this.#element(index);
  }

  map<T>(read: (element: StructReader) => T): T[] {
    return Array.from({ length: this.length }, (_, i) => read(this.#element(i)));
  }
}
