/** BIP 157. Filter type 0 is BIP 158's basic filter. */
import { hash, list, type Read, struct, u8, u32, varHex } from "./fields.ts";

/** getcfilters, getcfheaders. */
export interface FilterRangeFields {
  readonly filter_type: number;
  readonly start_height: number;
  readonly stop_hash: string;
}

export const readFilterRange: Read<FilterRangeFields> = struct({
  filter_type: u8,
  start_height: u32,
  stop_hash: hash,
});

export interface FilterFields {
  readonly filter_type: number;
  readonly block_hash: string;
  readonly filter: string;
}

export const readFilter: Read<FilterFields> = struct({
  filter_type: u8,
  block_hash: hash,
  filter: varHex,
});

export interface FilterHeadersFields {
  readonly filter_type: number;
  readonly stop_hash: string;
  readonly previous_filter_header: string;
  readonly filter_hashes: readonly string[];
}

export const readFilterHeaders: Read<FilterHeadersFields> = struct({
  filter_type: u8,
  stop_hash: hash,
  previous_filter_header: hash,
  filter_hashes: list(hash),
});

export interface GetFilterCheckpointsFields {
  readonly filter_type: number;
  readonly stop_hash: string;
}

export const readGetFilterCheckpoints: Read<GetFilterCheckpointsFields> = struct({
  filter_type: u8,
  stop_hash: hash,
});

/** Every thousandth filter header. */
export interface FilterCheckpointsFields extends GetFilterCheckpointsFields {
  readonly filter_headers: readonly string[];
}

export const readFilterCheckpoints: Read<FilterCheckpointsFields> = struct({
  filter_type: u8,
  stop_hash: hash,
  filter_headers: list(hash),
});
