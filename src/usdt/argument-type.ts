import type { ArgumentSize } from "./argument.ts";

/** The types of arguments that a tracepoint can pass, with their width in the note. Pointers and bool are unsigned. */
export const ARGUMENT_TYPES = {
  int64: { size: 8, signed: true },
  uint64: { size: 8, signed: false },
  int32: { size: 4, signed: true },
  uint32: { size: 4, signed: false },
  int16: { size: 2, signed: true },
  uint16: { size: 2, signed: false },
  int8: { size: 1, signed: true },
  uint8: { size: 1, signed: false },
  bool: { size: 1, signed: false },
  string: { size: 8, signed: false },
  hash: { size: 8, signed: false },
  bytes: { size: 8, signed: false },
} as const satisfies Record<string, { size: ArgumentSize; signed: boolean }>;

export type ArgumentType = keyof typeof ARGUMENT_TYPES;

/** The JavaScript value that each type accepts. */
export interface ArgumentValue {
  int64: number | bigint;
  uint64: number | bigint;
  int32: number;
  uint32: number;
  int16: number;
  uint16: number;
  int8: number;
  uint8: number;
  bool: boolean;
  /** Passed as NUL-terminated UTF-8; readers stop at the first NUL. */
  string: string;
  /** A string of 64 hex digits in display order, or 32 bytes in internal order (the reverse). */
  hash: string | Uint8Array;
  /** Passed as a pointer to the array's own memory. Pass the length as another argument. */
  bytes: Uint8Array;
}

/** The arguments of a call: for `["int64", "string"]` they are `[number | bigint, string]`. */
export type ArgumentValues<Types extends readonly ArgumentType[]> = {
  [Index in keyof Types]: ArgumentValue[Types[Index]];
};
