import { CorelensError } from "../../../errors.ts";

/**
 * Decodes a CFeeRate: a fee in sat (int64) for a size in vB (int32).
 * @returns sat per 1000 vB, rounded down; 0 if empty
 */
export function feeRate(bytes: Uint8Array): number {
  if (bytes.length !== 12) {
    throw new CorelensError("IPC_PROTOCOL", `the node sent a fee rate of ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fee = view.getBigInt64(0, true);
  const size = view.getInt32(8, true);
  return size === 0 ? 0 : Number((fee * 1000n) / BigInt(size));
}
