import type {
  Capability,
  Converter,
  DataType,
  Fields,
  FieldValues,
  Interface,
  ListType,
  Method,
  Reference,
  Scalar,
  Struct,
  StructLayout,
  TextType,
  Type,
  ValueOf,
} from "./types.ts";

/**
 * Schemas as data. These functions mirror the keywords of Cap'n Proto's schema language. TypeScript infers the parameters
 * and results of a call from a schema; the codec and docs/ipc.capnp are derived from it.
 *
 * | type | value |
 * |---|---|
 * | Bool | boolean |
 * | Int32, UInt8, UInt16, UInt32, Float64 | number |
 * | Int64, UInt64 | number when exact, else bigint |
 * | Text | string; bytes that are not UTF-8 as U+FFFD |
 * | Data | Uint8Array, or the value of its converter |
 * | list | array |
 * | struct | object; null only when `optional` |
 * | interface | Capability; null when there is none |
 */
const SCALAR_BITS = {
  Bool: 1,
  UInt8: 8,
  UInt16: 16,
  Int32: 32,
  UInt32: 32,
  Int64: 64,
  UInt64: 64,
  Float64: 64,
} as const satisfies Record<Scalar<unknown>["kind"], number>;

export const Bool: Scalar<boolean> = { kind: "Bool", initial: 0 };
export const UInt8: Scalar<number> = { kind: "UInt8", initial: 0 };
export const UInt16: Scalar<number> = { kind: "UInt16", initial: 0 };
export const UInt32: Scalar<number> = { kind: "UInt32", initial: 0 };
export const UInt64: Scalar<number | bigint> = { kind: "UInt64", initial: 0 };
export const Int32: Scalar<number> = { kind: "Int32", initial: 0 };
export const Int64: Scalar<number | bigint> = { kind: "Int64", initial: 0 };
export const Float64: Scalar<number> = { kind: "Float64", initial: 0 };
export const Text: TextType<string> = { kind: "Text" };
export const Data: DataType<Uint8Array> = { kind: "Data", converter: null };

/** Data with a converter to another type of value. */
export function converted<V>(converter: Converter<V>): DataType<V> {
  return { kind: "Data", converter };
}

/** An Int32 whose default is not 0. On the wire, values are XORed with it. */
export function int32(initial: number): Scalar<number> {
  return { kind: "Int32", initial };
}

/** A Float64 whose default is not 0. */
export function float64(initial: number): Scalar<number> {
  return { kind: "Float64", initial };
}

export function list<T extends Type>(of: T): ListType<readonly ValueOf<T>[]> {
  return { kind: "list", of };
}

/** @param fields in the order of their ordinals, from @0 on without a gap */
export function struct<const F extends Fields>(name: string, fields: F): Struct<FieldValues<F>> {
  return { kind: "struct", name, isOptional: false, layout: layoutOf(fields) };
}

export function optional<V>(type: Struct<V>): Struct<V | null> {
  return { ...type, isOptional: true } as Struct<V | null>;
}

/** A capability. @param name the name of its interface */
export function reference(name: string): Reference<Capability | null> {
  return { kind: "interface", name };
}

export interface MethodEntry<P extends Fields, R extends Fields> {
  readonly ordinal: number;
  readonly params: P;
  readonly results: R;
}

export type Methods<E> = {
  readonly [K in keyof E]: E[K] extends MethodEntry<infer P, infer R>
    ? Method<FieldValues<P>, FieldValues<R>>
    : never;
};

/** `name @ordinal (params) -> (results);` */
export function method<
  const P extends Fields = Record<never, never>,
  const R extends Fields = Record<never, never>,
>(ordinal: number, params?: P, results?: R): MethodEntry<P, R> {
  return { ordinal, params: params ?? ({} as P), results: results ?? ({} as R) };
}

/** An interface. Only the methods in `entries` can be called. */
export function interfaceType<
  const E extends Readonly<Record<string, MethodEntry<Fields, Fields>>>,
>(name: string, id: bigint, entries: E): Interface<Methods<E>> {
  const methods = Object.entries(entries).map(([key, { ordinal, params, results }]) => {
    const own: Method = {
      ordinal,
      name: key,
      interfaceName: name,
      interfaceId: id,
      params: struct(`${name}.${key}`, params),
      results: struct(`${name}.${key}`, results),
    };
    return [key, own];
  });
  return { name, id, methods: Object.fromEntries(methods) };
}

/**
 * Assigns a position to each field, in the order of ordinals, with the algorithm that all implementations share. Pointers
 * follow each other. A number goes into the smallest hole that fits it between earlier fields, else into a new word.
 */
function layoutOf(fields: Fields): StructLayout {
  let dataWords = 0;
  let pointers = 0;
  /** By log2 of the size in bits: the offset of a hole in units of that size. A hole is never at 0. */
  const holes = [0, 0, 0, 0, 0, 0];
  const takeHole = (log: number): number => {
    if (log >= holes.length) return 0;
    const hole = holes[log]!;
    if (hole !== 0) {
      holes[log] = 0;
      return hole;
    }
    const larger = takeHole(log + 1);
    if (larger === 0) return 0;
    holes[log] = larger * 2 + 1;
    return larger * 2;
  };
  const allocate = (log: number): number => {
    const hole = takeHole(log);
    if (hole !== 0) return hole;
    const offset = dataWords++ * 2 ** (6 - log);
    let rest = offset + 1;
    for (let size = log; size < holes.length; size++) {
      holes[size] = rest;
      rest = (rest + 1) / 2;
    }
    return offset;
  };
  const slots = Object.entries(fields).map(([name, type]) => ({
    name,
    type,
    offset: type.kind in SCALAR_BITS ? allocate(Math.log2(bitsOf(type))) : pointers++,
  }));
  return { dataWords, pointers, slots };
}

/** Bits of a value in the data section; 64 for a pointer. */
export function bitsOf(type: Type): number {
  return SCALAR_BITS[type.kind as keyof typeof SCALAR_BITS] ?? 64;
}
