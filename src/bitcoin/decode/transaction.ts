import { hash, i64, list, type Read, struct, u32, varHex } from "./fields.ts";
import type { ByteReader } from "./reader.ts";
import { TransactionView, VERSION_LENGTH, WITNESS_FLAG } from "./transaction-view.ts";

export interface TransactionFields {
  readonly txid: string;
  readonly wtxid: string;
  /** In bytes, with the witness. */
  readonly size: number;
  /** In vB. */
  readonly vsize: number;
  readonly weight: number;
  readonly version: number;
  readonly inputs: readonly InputFields[];
  readonly outputs: readonly OutputFields[];
  readonly lock_time: number;
}

interface InputFields {
  /** The spent output; a coinbase has a txid of zeros and a vout of 4294967295. */
  readonly txid: string;
  readonly vout: number;
  readonly script_sig: string;
  readonly sequence: number;
  /** Stack items, bottom first; absent for an input without witness. */
  readonly witness?: readonly string[];
}

interface OutputFields {
  /** In sat. */
  readonly value: number | string;
  readonly script_pubkey: string;
}

const readInputs = list<Mutable<InputFields>>(
  struct({ txid: hash, vout: u32, script_sig: varHex, sequence: u32 }),
);
const readOutputs = list<OutputFields>(struct({ value: i64, script_pubkey: varHex }));
const readStack = list(varHex);
const readStart = struct({ version: u32, inputs: readInputs });
const readLegacyBody = struct({ outputs: readOutputs });
const readWitnessBody = struct({ inputs: readInputs, outputs: readOutputs });
const readEnd = struct({ lock_time: u32 });

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads both forms of a transaction; the docstring of `TransactionView` shows their layouts. */
export const readTransaction: Read<TransactionFields> = (reader) => {
  const begin = reader.at;
  const start = readStart(reader);
  const isMarked = !reader.stopped && start.inputs.length === 0;
  const hasWitness = isMarked && readWitnessFlag(reader);
  const inputsAt = hasWitness ? reader.at : begin + VERSION_LENGTH;
  const body = hasWitness
    ? readWitnessBody(reader)
    : isMarked && !reader.stopped
      ? { outputs: [] } // two empty lists: the "marker" was the number of inputs, the "flag" that of outputs
      : readLegacyBody(reader);
  const fields = { ...start, ...body };
  const outputsEnd = reader.at;
  if (hasWitness) readWitness(reader, fields.inputs);
  const end = readEnd(reader);
  const complete: Partial<TransactionFields> = { ...fields, ...end };
  if (reader.stopped) return complete as TransactionFields;
  const view = new TransactionView(reader.bytes, { begin, inputsAt, outputsEnd, end: reader.at });
  const { txid, size, vsize, weight } = view;
  const wtxid = view.hasWitness ? view.wtxid : txid;
  return { txid, wtxid, size, vsize, weight, ...fields, ...end };
};

function readWitnessFlag(reader: ByteReader): boolean {
  const flagAt = reader.at;
  const flag = reader.u8();
  if (flag > WITNESS_FLAG) reader.refuse(flagAt);
  if (reader.stopped) reader.leave("flag");
  return flag === WITNESS_FLAG;
}

/** Reads one stack for each input. At least one must not be empty; otherwise the legacy form is required. */
function readWitness(reader: ByteReader, inputs: Mutable<InputFields>[]): void {
  if (reader.stopped) return;
  const begin = reader.at;
  for (const [i, input] of inputs.entries()) {
    const stack = readStack(reader);
    if (stack.length > 0) input.witness = stack;
    if (reader.stopped) {
      reader.leave(`inputs[${i}].witness`);
      return;
    }
  }
  if (inputs.every((input) => input.witness === undefined)) {
    reader.refuse(begin);
    reader.leave("witness");
  }
}
