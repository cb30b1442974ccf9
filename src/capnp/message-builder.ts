import { CorelensError } from "../errors.ts";
import { LIMITS } from "./limits.ts";
import type { ListReader, StructReader } from "./message-reader.ts";

const HEADER = 8;
const TEXT = new TextEncoder();

/** Builds a message of one segment. Its buffer begins with the table of segments, so it is sent without a copy. */
export class MessageBuilder {
  #bytes: Uint8Array;
  #view: DataView;
  #end = HEADER + 8;

  /** @param bytes the expected size of the message */
  constructor(bytes = 256) {
    this.#bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get view(): DataView {
    return this.#view;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The root struct of the message. */
  root(dataWords: number, pointers: number): StructBuilder {
    return this.struct(HEADER, dataWords, pointers);
  }

  /** A new struct, which the pointer at byte offset `at` refers to. */
  struct(at: number, dataWords: number, pointers: number): StructBuilder {
    const start = this.allocate((dataWords + pointers) * 8);
    // An empty struct has offset -1: with 0, its pointer would be the null pointer.
    const offset = dataWords + pointers === 0 ? -1 : (start - at - 8) / 8;
    this.#view.setInt32(at, offset << 2, true);
    this.#view.setUint32(at + 4, dataWords | (pointers << 16), true);
    return new StructBuilder(this, start, dataWords);
  }

  structs(at: number, count: number, dataWords: number, pointers: number): StructBuilder[] {
    const size = (dataWords + pointers) * 8;
    const start = this.allocate(8 + count * size);
    this.#listPointer(at, start, COMPOSITE, (count * size) / 8);
    this.#view.setUint32(start, count << 2, true);
    this.#view.setUint32(start + 4, dataWords | (pointers << 16), true);
    return Array.from(
      { length: count },
      (_, i) => new StructBuilder(this, start + 8 + i * size, dataWords),
    );
  }

  /** Allocates a list of values of 2^(size - 2) bytes, or of pointers. @returns the byte offset of its elements */
  elements(at: number, count: number, size: number): number {
    const start = this.allocate(count * ELEMENT_BYTES[size]!);
    this.#listPointer(at, start, size, count);
    return start;
  }

  /** @param end 1 adds a final `\0`, as texts have it */
  putBytes(at: number, value: Uint8Array, end: 0 | 1): void {
    const start = this.allocate(value.length + end);
    this.#listPointer(at, start, BYTE, value.length + end);
    this.#bytes.set(value, start);
  }

  putCapability(at: number, index: number): void {
    this.#view.setUint32(at, 3, true);
    this.#view.setUint32(at + 4, index, true);
  }

  /**
   * The bytes to send.
   * @throws CorelensError IPC_TOO_LARGE
   */
  finish(): Uint8Array {
    this.#view.setUint32(0, 0, true);
    this.#view.setUint32(4, (this.#end - HEADER) / 8, true);
    return this.#bytes.subarray(0, this.#end);
  }

  /** Allocates zeroed memory in whole words. It can replace the buffer, so read `bytes` and `view` again afterwards. */
  allocate(bytes: number): number {
    const start = this.#end;
    const end = start + Math.ceil(bytes / 8) * 8;
    if (end - HEADER > LIMITS.messageBytes) {
      throw new CorelensError("IPC_TOO_LARGE", `a message of more than ${end - HEADER - 8} bytes`);
    }
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, end));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#end = end;
    return start;
  }

  #listPointer(at: number, start: number, size: number, count: number): void {
    this.#view.setInt32(at, (((start - at - 8) / 8) << 2) | 1, true);
    this.#view.setUint32(at + 4, ((count << 3) | size) >>> 0, true);
  }
}

const BYTE = 2;
const POINTER = 6;
const COMPOSITE = 7;
/** Bytes of an element by the size in a list pointer. NaN: lists of bits are not written. */
const ELEMENT_BYTES = [0, Number.NaN, 1, 2, 4, 8, 8];

/** Writes the fields of a struct, at the same positions as `StructReader` reads them. */
export class StructBuilder {
  readonly message: MessageBuilder;
  readonly #data: number;
  readonly #dataWords: number;

  constructor(message: MessageBuilder, data: number, dataWords: number) {
    this.message = message;
    this.#data = data;
    this.#dataWords = dataWords;
  }

  setBool(bit: number, value: boolean): void {
    if (value) this.message.bytes[this.#data + (bit >>> 3)]! |= 1 << (bit & 7);
  }

  setUint8(byte: number, value: number): void {
    this.message.view.setUint8(this.#data + byte, value);
  }

  setUint16(byte: number, value: number): void {
    this.message.view.setUint16(this.#data + byte, value, true);
  }

  setUint32(byte: number, value: number): void {
    this.message.view.setUint32(this.#data + byte, value, true);
  }

  setUint64(byte: number, value: bigint): void {
    this.message.view.setBigUint64(this.#data + byte, value, true);
  }

  struct(index: number, dataWords: number, pointers: number): StructBuilder {
    return this.message.struct(this.pointer(index), dataWords, pointers);
  }

  structs(index: number, count: number, dataWords: number, pointers: number): StructBuilder[] {
    return this.message.structs(this.pointer(index), count, dataWords, pointers);
  }

  setText(index: number, value: string): void {
    this.message.putBytes(this.pointer(index), TEXT.encode(value), 1);
  }

  setBytes(index: number, value: Uint8Array): void {
    this.message.putBytes(this.pointer(index), value, 0);
  }

  setCapability(index: number, capability: number): void {
    this.message.putCapability(this.pointer(index), capability);
  }

  /** Byte offset of a pointer. */
  pointer(index: number): number {
    return this.#data + (this.#dataWords + index) * 8;
  }

  /** Copies a struct of any schema. */
  copy(from: StructReader): void {
    for (let byte = 0; byte < from.dataBytes; byte++) this.setUint8(byte, from.uint8(byte));
    for (let i = 0; i < from.pointerCount; i++) this.copyPointer(i, from, i);
  }

  /** Copies an object. Capabilities keep their indices, so both messages must have the same table of capabilities. */
  copyPointer(index: number, from: StructReader, fromIndex: number): void {
    switch (from.kindOf(fromIndex)) {
      case "struct": {
        const content = from.struct(fromIndex)!;
        this.struct(index, Math.ceil(content.dataBytes / 8), content.pointerCount).copy(content);
        break;
      }
      case "list":
        this.#copyList(index, from.list(fromIndex)!);
        break;
      case "capability":
        this.setCapability(index, from.capability(fromIndex)!);
        break;
    }
  }

  #copyList(index: number, list: ListReader): void {
    const { length, elementBits } = list;
    if (elementBits < 0) {
      const first = length > 0 ? list.at(0) : null;
      const copies = this.structs(
        index,
        length,
        (first?.dataBytes ?? 0) / 8,
        first?.pointerCount ?? 0,
      );
      for (const [i, copy] of copies.entries()) copy.copy(list.at(i));
      return;
    }
    if (elementBits === 1) throw new CorelensError("IPC_PROTOCOL", "a list of bits to copy");
    const isPointer = length > 0 && list.at(0).pointerCount === 1;
    const size = isPointer ? POINTER : ELEMENT_BYTES.indexOf(elementBits / 8);
    const start = this.message.elements(this.pointer(index), length, size);
    for (let i = 0; i < length; i++) {
      const at = start + (i * elementBits) / 8;
      new StructBuilder(this.message, at, 0).copy(list.at(i));
    }
  }
}
