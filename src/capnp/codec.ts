import { exactNumber } from "../util/exact-number.ts";
import { StructBuilder } from "./message-builder.ts";
import type { ListReader, StructReader } from "./message-reader.ts";
import { protocolError } from "./rpc-errors.ts";
import { bitsOf } from "./schema.ts";
import type { Capability, DataType, Scalar, Slot, Struct, TakeCapability, Type } from "./types.ts";

/** Converts messages to values and back, by schema. */

const UTF8 = new TextDecoder();
const NO_BYTES = new Uint8Array(0);

/**
 * A struct's fields; a null pointer is a struct with all defaults.
 * @throws CorelensError IPC_PROTOCOL
 */
export function readStruct<V>(
  type: Struct<V>,
  reader: StructReader | null,
  take: TakeCapability,
): NonNullable<V> {
  const value: Record<string, unknown> = {};
  for (const slot of type.layout.slots) {
    value[slot.name] = reader ? readSlot(slot, reader, take) : defaultOf(slot.type);
  }
  return value as NonNullable<V>;
}

function readSlot({ type, offset }: Slot, reader: StructReader, take: TakeCapability): unknown {
  switch (type.kind) {
    case "Text":
      return readText(reader.bytes(offset));
    case "Data":
      return readData(type, reader.bytes(offset));
    case "list":
      return readList(type.of, reader.list(offset), take);
    case "struct": {
      const content = reader.struct(offset);
      return content || !type.isOptional ? readStruct(type, content, take) : null;
    }
    case "interface": {
      const index = reader.capability(offset);
      return index === null ? null : take(index);
    }
    default:
      return readScalar(type, reader, offset);
  }
}

function readScalar(
  { kind, initial }: Scalar<unknown>,
  reader: StructReader,
  offset: number,
): unknown {
  switch (kind) {
    case "Bool":
      return reader.bool(offset);
    case "UInt8":
      return reader.uint8(offset);
    case "UInt16":
      return reader.uint16(offset * 2);
    case "UInt32":
      return reader.uint32(offset * 4);
    case "Int32":
      return (reader.uint32(offset * 4) ^ initial) | 0;
    case "UInt64":
      return narrowed(reader.uint64(offset * 8));
    case "Int64":
      return narrowed(BigInt.asIntN(64, reader.uint64(offset * 8)));
    case "Float64":
      return floatOf(reader.uint64(offset * 8) ^ bitsOfFloat(initial));
  }
}

function defaultOf(type: Type): unknown {
  switch (type.kind) {
    case "Bool":
      return false;
    case "Text":
      return "";
    case "Data":
      return readData(type, null);
    case "list":
      return [];
    case "interface":
      return null;
    case "struct":
      return type.isOptional ? null : readStruct(type, null, () => null);
    default:
      return type.initial;
  }
}

function readList(of: Type, list: ListReader | null, take: TakeCapability): unknown[] {
  if (!list) return [];
  if (of.kind === "struct") return list.map((element) => readStruct(of, element, take));
  const slot = { name: "", type: of, offset: 0 };
  return list.map((element) => readSlot(slot, element, take));
}

function readText(bytes: Uint8Array | null): string {
  if (!bytes || bytes.length === 0) return "";
  if (bytes.at(-1) !== 0) throw protocolError("the peer sent a text without its final zero");
  return UTF8.decode(bytes.subarray(0, -1));
}

function readData({ converter }: DataType<unknown>, bytes: Uint8Array | null): unknown {
  if (converter) return converter.read(bytes ?? NO_BYTES);
  return bytes?.slice() ?? NO_BYTES;
}

const FLOAT = new DataView(new ArrayBuffer(8));

function floatOf(bits: bigint): number {
  FLOAT.setBigUint64(0, bits);
  return FLOAT.getFloat64(0);
}

function bitsOfFloat(value: number): bigint {
  FLOAT.setFloat64(0, value);
  return FLOAT.getBigUint64(0);
}

function narrowed(value: bigint): number | bigint {
  return exactNumber(value) ?? value;
}

/** Writes a struct's fields; absent fields keep their defaults. @param caps receives the capabilities, in order */
export function writeStruct(
  type: Struct,
  builder: StructBuilder,
  value: Readonly<Record<string, unknown>>,
  caps: Capability[],
): void {
  for (const slot of type.layout.slots) {
    const field = value[slot.name];
    if (field !== undefined && field !== null) writeSlot(slot, builder, field, caps);
  }
}

function writeSlot(
  { type, offset }: Slot,
  builder: StructBuilder,
  value: unknown,
  caps: Capability[],
): void {
  switch (type.kind) {
    case "Text":
      builder.setText(offset, value as string);
      break;
    case "Data":
      builder.setBytes(offset, type.converter?.write(value) ?? (value as Uint8Array));
      break;
    case "list":
      writeList(type.of, builder, offset, value as readonly unknown[], caps);
      break;
    case "struct": {
      const { dataWords, pointers } = type.layout;
      const content = builder.struct(offset, dataWords, pointers);
      writeStruct(type, content, value as Record<string, unknown>, caps);
      break;
    }
    case "interface":
      builder.setCapability(offset, caps.push(value as Capability) - 1);
      break;
    default:
      writeScalar(type, builder, offset, value);
  }
}

function writeScalar(
  { kind, initial }: Scalar<unknown>,
  builder: StructBuilder,
  offset: number,
  value: unknown,
): void {
  switch (kind) {
    case "Bool":
      builder.setBool(offset, value as boolean);
      break;
    case "UInt8":
      builder.setUint8(offset, value as number);
      break;
    case "UInt16":
      builder.setUint16(offset * 2, value as number);
      break;
    case "Int32":
    case "UInt32":
      builder.setUint32(offset * 4, (value as number) ^ initial);
      break;
    case "Int64":
    case "UInt64":
      builder.setUint64(offset * 8, BigInt.asUintN(64, BigInt(value as number | bigint)));
      break;
    case "Float64":
      builder.setUint64(offset * 8, bitsOfFloat(value as number) ^ bitsOfFloat(initial));
      break;
  }
}

function writeList(
  of: Type,
  builder: StructBuilder,
  index: number,
  values: readonly unknown[],
  caps: Capability[],
): void {
  if (of.kind === "struct") {
    const { dataWords, pointers } = of.layout;
    const elements = builder.structs(index, values.length, dataWords, pointers);
    for (const [i, element] of elements.entries()) {
      writeStruct(of, element, values[i] as Record<string, unknown>, caps);
    }
    return;
  }
  const isPointer = !("initial" in of);
  const bits = bitsOf(of);
  const size = isPointer ? POINTER_SIZE : Math.log2(bits) - 1;
  const { message } = builder;
  const start = message.elements(builder.pointer(index), values.length, size);
  const slot = { name: "", type: of, offset: 0 };
  for (const [i, value] of values.entries()) {
    const at = start + (i * bits) / 8;
    writeSlot(slot, new StructBuilder(message, at, 0), value, caps);
  }
}

const POINTER_SIZE = 6;
