import { ByteWriter } from "../bitcoin/writer.ts";
import type { Prng } from "../util/prng.ts";

/** The most common kinds of outputs, with their relative frequency in the simulation. */
export const SCRIPT_KINDS = { p2wpkh: 50, p2tr: 25, p2pkh: 12, p2shP2wpkh: 8, p2wsh: 5 } as const;
export type ScriptKind = keyof typeof SCRIPT_KINDS;

/** The data with which an input unlocks an output. */
export interface Unlocking {
  readonly scriptSig: Uint8Array;
  readonly witness: readonly Uint8Array[];
}

const EMPTY = new Uint8Array(0);

/** An output script with a random hash or key. */
export function lockingScript(kind: ScriptKind, prng: Prng): Uint8Array {
  switch (kind) {
    case "p2wpkh":
      return script([0x00, 0x14], prng.bytes(20)); // 0 <key hash>
    case "p2tr":
      return script([0x51, 0x20], prng.bytes(32)); // 1 <output key>
    case "p2wsh":
      return script([0x00, 0x20], prng.bytes(32)); // 0 <script hash>
    case "p2pkh":
      return script([0x76, 0xa9, 0x14], prng.bytes(20), [0x88, 0xac]); // DUP HASH160 <key hash> EQUALVERIFY CHECKSIG
    case "p2shP2wpkh":
      return script([0xa9, 0x14], prng.bytes(20), [0x87]); // HASH160 <script hash> EQUAL
  }
}

/** Random keys and signatures of the right form and length. */
export function unlocking(kind: ScriptKind, prng: Prng): Unlocking {
  switch (kind) {
    case "p2wpkh":
      return { scriptSig: EMPTY, witness: [signature(prng), publicKey(prng)] };
    case "p2tr":
      return { scriptSig: EMPTY, witness: [prng.bytes(64)] };
    case "p2wsh":
      return {
        scriptSig: EMPTY,
        witness: [EMPTY, signature(prng), signature(prng), twoOfThree(prng)],
      };
    case "p2pkh":
      return {
        scriptSig: new ByteWriter(108).varBytes(signature(prng)).varBytes(publicKey(prng)).finish(),
        witness: EMPTY_STACK,
      };
    case "p2shP2wpkh":
      return {
        scriptSig: script([0x16, 0x00, 0x14], prng.bytes(20)),
        witness: [signature(prng), publicKey(prng)],
      };
  }
}

const EMPTY_STACK: readonly Uint8Array[] = [];

/** The script of an output that holds data and cannot be spent: RETURN <data>. @param data at most 75 bytes */
export function dataScript(data: Uint8Array): Uint8Array {
  return script([0x6a, data.length], data);
}

/** Sigop cost of spending an output. A block may cost 80,000; a signature check costs 1 in a witness, else 4. */
export const SPENDING_SIGOP_COST: Readonly<Record<ScriptKind, number>> = {
  p2wpkh: 1,
  p2tr: 0,
  p2wsh: 3,
  p2pkh: 0,
  p2shP2wpkh: 1,
};

/** Sigop cost of creating an output: only that of P2PKH contains a CHECKSIG. */
export function lockingSigopCost(kind: ScriptKind): number {
  return kind === "p2pkh" ? 4 : 0;
}

/** A DER signature with 32-byte r and s, as wallets that grind for a low r produce, and SIGHASH_ALL. */
function signature(prng: Prng): Uint8Array {
  const bytes = new Uint8Array(71);
  bytes.set([0x30, 0x44, 0x02, 0x20]);
  bytes.set(prng.bytes(32), 4);
  bytes.set([0x02, 0x20], 36);
  bytes.set(prng.bytes(32), 38);
  bytes[4]! &= 0x7f;
  bytes[38]! &= 0x7f;
  bytes[70] = 0x01;
  return bytes;
}

function publicKey(prng: Prng): Uint8Array {
  const key = prng.bytes(33);
  key[0] = 2 + (key[0]! & 1);
  return key;
}

/** 2 <key> <key> <key> 3 CHECKMULTISIG */
function twoOfThree(prng: Prng): Uint8Array {
  const writer = new ByteWriter(105).u8(0x52);
  for (let i = 0; i < 3; i++) writer.varBytes(publicKey(prng));
  return writer.u8(0x53).u8(0xae).finish();
}

function script(
  head: readonly number[],
  data: Uint8Array,
  tail: readonly number[] = [],
): Uint8Array {
  const bytes = new Uint8Array(head.length + data.length + tail.length);
  bytes.set(head);
  bytes.set(data, head.length);
  bytes.set(tail, head.length + data.length);
  return bytes;
}
