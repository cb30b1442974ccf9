import { type Read, struct, u8, u32, varHex } from "./fields.ts";

/** BIP 37: the sender requests only transactions that match the filter. */
export interface FilterLoadFields {
  readonly filter: string;
  readonly hash_functions: number;
  readonly tweak: number;
  /** Whether the receiver adds matched outputs to the filter: 0 never, 1 always, 2 for public key outputs. */
  readonly flags: number;
}

export const readFilterLoad: Read<FilterLoadFields> = struct({
  filter: varHex,
  hash_functions: u32,
  tweak: u32,
  flags: u8,
});

export interface FilterAddFields {
  readonly data: string;
}

export const readFilterAdd: Read<FilterAddFields> = struct({ data: varHex });
