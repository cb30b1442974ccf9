import { ByteWriter } from "./byte-writer.ts";

/** Concatenated names. Sections and symbols refer to a name by its offset. */
export interface StringTable {
  readonly bytes: Uint8Array;
  /** The offset of a name, which must be in the table. */
  offset(name: string): number;
}

export function stringTable(names: readonly string[]): StringTable {
  const bytes = new ByteWriter().u8(0);
  const offsets = new Map<string, number>();
  for (const name of names) {
    offsets.set(name, bytes.length);
    bytes.text(name);
  }
  return { bytes: bytes.done(), offset: (name) => offsets.get(name)! };
}

/** The System V hash table (DT_HASH) of the symbols 1, 2, ... Both glibc and musl find symbols by it. */
export function hashTable(names: readonly string[]): Uint8Array {
  const buckets = new Array<number>(names.length).fill(0);
  const chains = new Array<number>(names.length + 1).fill(0);
  for (const [index, name] of names.entries()) {
    const bucket = systemVHash(name) % buckets.length;
    chains[index + 1] = buckets[bucket]!;
    buckets[bucket] = index + 1;
  }
  return new ByteWriter().u32(buckets.length, chains.length, ...buckets, ...chains).done();
}

function systemVHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = ((hash << 4) + byte) >>> 0;
    const high = hash & 0xf000_0000;
    hash = (hash ^ (high >>> 24) ^ high) >>> 0;
  }
  return hash;
}
