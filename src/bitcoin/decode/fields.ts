/**
 * Readers made of readers. Where one stops, what is whole so far is kept: the fields before, and of a list the entries
 * before. Its value then lacks what its type promises, so whoever gets it must ask the reader whether it stopped.
 */
import type { ByteReader } from "./reader.ts";

export type Read<T> = (reader: ByteReader) => T;

export const u8: Read<number> = (reader) => reader.u8();
export const u32: Read<number> = (reader) => reader.u32();
export const i32: Read<number> = (reader) => reader.i32();
export const u64: Read<number | string> = (reader) => reader.u64();
export const i64: Read<number | string> = (reader) => reader.i64();
export const nonce: Read<string> = (reader) => reader.nonce();
export const hash: Read<string> = (reader) => reader.hash();
export const varHex: Read<string> = (reader) => reader.varHex();
export const varText: Read<string> = (reader) => reader.varText();
export const flag: Read<boolean> = (reader) => reader.u8() !== 0;

/** Fields in the order in which they lie there. */
export function struct<T>(fields: { readonly [K in keyof T]: Read<T[K]> }): Read<T> {
  const reads = Object.entries<Read<unknown>>(fields);
  return (reader) => {
    const values: Record<string, unknown> = {};
    for (const [name, read] of reads) {
      if (reader.stopped) break;
      const value = read(reader);
      if (!reader.stopped || Array.isArray(value)) values[name] = value;
      if (reader.stopped) reader.leave(name);
    }
    return values as T;
  };
}

/** A compact size and as many entries. Each entry takes at least a byte, so that a count alone costs nothing. */
export function list<T>(read: Read<T>): Read<T[]> {
  return (reader) => {
    const declared = reader.compactSize();
    const count = Number(declared);
    const entries: T[] = [];
    while (entries.length < count && !reader.stopped) {
      const entry = read(reader);
      if (reader.stopped) reader.leave(`[${entries.length}]`, declared);
      else entries.push(entry);
    }
    return entries;
  };
}

/** What older or shorter forms of a message end before: null there. */
export function optional<T>(read: Read<T>): Read<T | null> {
  return (reader) => (reader.isAtEnd ? null : read(reader));
}
