import { sha256 } from "@noble/hashes/sha2.js";

/** SHA-256 of SHA-256: txids, block hashes and the nodes of merkle trees. 32 bytes, in the order Bitcoin serialises them. */
export function sha256d(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes));
}

/** A hash as people write it: 64 hex digits, last byte first. */
export function displayHash(hash: Uint8Array): string {
  return Buffer.from(hash).reverse().toString("hex");
}

/** The serialised bytes of a hash in display order. */
export function hashFromDisplay(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex").reverse());
}
