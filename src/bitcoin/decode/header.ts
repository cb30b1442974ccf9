import { displayedSha256d } from "../hash.ts";
import { type Read, struct } from "./fields.ts";
import type { ByteReader } from "./reader.ts";

/** A block's header and its hash. */
export interface HeaderFields {
  readonly hash: string;
  readonly version: number;
  readonly previous_block: string;
  readonly merkle_root: string;
  /** UNIX s. */
  readonly time: number;
  /** The target in compact form, as 8 hex digits. */
  readonly bits: string;
  readonly nonce: number;
}

const readHashed: Read<Omit<HeaderFields, "hash">> = struct({
  version: (reader) => reader.i32(),
  previous_block: (reader) => reader.hash(),
  merkle_root: (reader) => reader.hash(),
  time: (reader) => reader.u32(),
  bits: (reader) => reader.u32().toString(16).padStart(8, "0"),
  nonce: (reader) => reader.u32(),
});

export function readHeader(reader: ByteReader): HeaderFields {
  const begin = reader.at;
  const fields = readHashed(reader);
  return { hash: displayedSha256d(reader.bytes.subarray(begin, reader.at)), ...fields };
}
