/** Negotiation and keep-alive messages. */
import { i64, nonce, optional, type Read, struct, u32, varHex, varText } from "./fields.ts";

export interface PingFields {
  /** Null in the form before BIP 31, which requests no pong. */
  readonly nonce: string | null;
}

export const readPing: Read<PingFields> = struct({ nonce: optional(nonce) });

export interface PongFields {
  readonly nonce: string;
}

export const readPong: Read<PongFields> = struct({ nonce });

export interface FeeFilterFields {
  /** In sat per 1000 vB. */
  readonly fee_rate: number | string;
}

export const readFeeFilter: Read<FeeFilterFields> = struct({ fee_rate: i64 });

/** BIP 330. */
export interface ReconciliationFields {
  readonly version: number;
  readonly salt: string;
}

export const readReconciliation: Read<ReconciliationFields> = struct({ version: u32, salt: nonce });

/** BIP 434. */
export interface FeatureFields {
  readonly feature: string;
  readonly data: string;
}

export const readFeature: Read<FeatureFields> = struct({ feature: varText, data: varHex });
