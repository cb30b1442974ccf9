import { type Read, struct, u8, u32, varHex } from "./fields.ts";

/** BIP 37: the receiver is to relay only transactions that the filter matches. */
export interface FilterLoadFields {
  readonly filter: string;
  readonly hash_functions: number;
  readonly tweak: number;
  /** 0 never, 1 always, 2 for public key outputs: whether matched outputs are added to the filter. */
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
