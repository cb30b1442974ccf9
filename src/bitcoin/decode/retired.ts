/** Messages that only other software still sends; Bitcoin Core no longer sends or reads them. */
import { hash, optional, type Read, struct, varHex, varText } from "./fields.ts";

const REJECT_CODES = {
  1: "malformed",
  16: "invalid",
  17: "obsolete",
  18: "duplicate",
  64: "nonstandard",
  65: "dust",
  66: "insufficient_fee",
  67: "checkpoint",
} as const;

type RejectCode = (typeof REJECT_CODES)[keyof typeof REJECT_CODES];

const CODE_NAMES: Readonly<Record<number, RejectCode>> = REJECT_CODES;

/** BIP 61. */
export interface RejectFields {
  /** The type of the rejected message. */
  readonly message: string;
  /** The code's name in the protocol; its number if it has no name. */
  readonly code: RejectCode | number;
  readonly reason: string;
  /** The rejected transaction or block; null for other messages. */
  readonly hash: string | null;
}

export const readReject: Read<RejectFields> = struct({
  message: varText,
  code: (reader) => {
    const code = reader.u8();
    return CODE_NAMES[code] ?? code;
  },
  reason: varText,
  hash: optional(hash),
});

export interface AlertFields {
  readonly alert: string;
  readonly signature: string;
}

export const readAlert: Read<AlertFields> = struct({ alert: varHex, signature: varHex });
