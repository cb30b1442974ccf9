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

/** The form that travels and lies in blocks: BIP 144 when there is a witness, else the legacy form. */
export function serializeTransaction(transaction: Transaction): Uint8Array {
  return write(transaction, hasWitness(transaction));
}

/** Without the witness: what the txid is made of. */
export function serializeLegacyTransaction(transaction: Transaction): Uint8Array {
  return write(transaction, false);
}

function write(transaction: Transaction, witness: boolean): Uint8Array {
  const writer = new ByteWriter().i32(transaction.version);
  if (witness) writer.u8(0).u8(1); // marker and flag, where a legacy transaction has its number of inputs
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

/** 32 bytes as serialised; `displayHash` makes the form people write. */
export function transactionId(transaction: Transaction): Uint8Array {
  return sha256d(serializeLegacyTransaction(transaction));
}

/** Equals the txid when there is no witness. */
export function witnessTransactionId(transaction: Transaction): Uint8Array {
  return sha256d(serializeTransaction(transaction));
}

/** BIP 141: three times the size without witness plus the size with it. */
export function transactionWeight(transaction: Transaction): number {
  return (
    3 * serializeLegacyTransaction(transaction).length + serializeTransaction(transaction).length
  );
}

/** In vB, rounded up. */
export function virtualSize(transaction: Transaction): number {
  return Math.ceil(transactionWeight(transaction) / 4);
}
