import { sha256d } from "./hash.ts";
import { ByteWriter } from "./writer.ts";

export interface OutPoint {
  /** 32 bytes as serialised. */
  readonly txid: Uint8Array;
  readonly vout: number;
}

interface TransactionInput {
  readonly previous: OutPoint;
  readonly scriptSig: Uint8Array;
  readonly sequence: number;
  /** Stack items, bottom first; empty for an input without witness. */
  readonly witness: readonly Uint8Array[];
}

interface TransactionOutput {
  /** In sat. */
  readonly value: bigint;
  readonly scriptPubKey: Uint8Array;
}

export interface Transaction {
  readonly version: number;
  readonly inputs: readonly TransactionInput[];
  readonly outputs: readonly TransactionOutput[];
  readonly lockTime: number;
}

function hasWitness(transaction: Transaction): boolean {
  return transaction.inputs.some((input) => input.witness.length > 0);
}

/** The form in messages and blocks: BIP 144 with a witness, otherwise the legacy form. */
export function serializeTransaction(transaction: Transaction): Uint8Array {
  return write(transaction, hasWitness(transaction));
}

/** The form without the witness: the input of the txid. */
export function serializeLegacyTransaction(transaction: Transaction): Uint8Array {
  return write(transaction, false);
}

function write(transaction: Transaction, witness: boolean): Uint8Array {
  const writer = new ByteWriter().i32(transaction.version);
  if (witness) writer.u8(0).u8(1); // Marker and flag, in the place of a legacy transaction's number of inputs.
  writer.vector(transaction.inputs, ({ previous, scriptSig, sequence }) =>
    writer.bytes(previous.txid).u32(previous.vout).varBytes(scriptSig).u32(sequence),
  );
  writer.vector(transaction.outputs, ({ value, scriptPubKey }) =>
    writer.i64(value).varBytes(scriptPubKey),
  );
  if (witness) {
    for (const input of transaction.inputs) {
      writer.vector(input.witness, (item) => writer.varBytes(item));
    }
  }
  return writer.u32(transaction.lockTime).finish();
}

/** 32 bytes as serialised; `displayHash` converts them to display order. */
export function transactionId(transaction: Transaction): Uint8Array {
  return sha256d(serializeLegacyTransaction(transaction));
}

/** Equals the txid without a witness. */
export function witnessTransactionId(transaction: Transaction): Uint8Array {
  return sha256d(serializeTransaction(transaction));
}

/** BIP 141: three times the size without witness plus the size with witness. */
export function transactionWeight(transaction: Transaction): number {
  return (
    3 * serializeLegacyTransaction(transaction).length + serializeTransaction(transaction).length
  );
}

/** In vB, rounded up. */
export function virtualSize(transaction: Transaction): number {
  return Math.ceil(transactionWeight(transaction) / 4);
}
