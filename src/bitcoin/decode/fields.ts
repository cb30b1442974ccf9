/**
 * Readers composed of readers. A reader that stops returns the complete part: the fields, and the entries of a list,
 * before the place of the error. This value lacks fields that its type declares, so the caller must check
 * `reader.stopped`.
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

/** Reads fields in their order in the payload. */
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

/**
 * Reads a compact size and that number of entries. Each entry has at least one byte, so a large count without entries
 * stops at once.
 */
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

/** A field that older or shorter forms of a message lack: null if the message ends before it. */
export function optional<T>(read: Read<T>): Read<T | null> {
  return (reader) => (reader.isAtEnd ? null : read(reader));
}
