import { displayedSha256d } from "../hash.ts";
import type { ByteReader } from "./reader.ts";

export const VERSION_LENGTH = 4;
const LOCK_TIME_LENGTH = 4;
/** The only defined flag: a witness follows the outputs. */
export const WITNESS_FLAG = 1;

/** Offsets in the bytes of a transaction. */
interface Places {
  readonly begin: number;
  readonly inputsAt: number;
  readonly outputsEnd: number;
  readonly end: number;
}

/**
 * The offsets of a transaction's parts, and the ids and sizes computed from them. A transaction with a witness has a
 * marker (an empty list of inputs) and a flag before the inputs:
 *
 *     version         inputs  outputs                               lock_time
 *     version  00 01  inputs  outputs  a witness for each input  lock_time
 *     begin           inputsAt        outputsEnd                              end
 *
 * The txid is the hash without marker, flag and witness.
 */
export class TransactionView {
  readonly #bytes: Buffer;
  readonly #places: Places;

  constructor(bytes: Buffer, places: Places) {
    this.#bytes = bytes;
    this.#places = places;
  }

  /** Reads the next transaction; null if it is incomplete, and the reader has stopped. */
  static next(reader: ByteReader): TransactionView | null {
    const begin = reader.at;
    reader.skip(VERSION_LENGTH);
    let inputsAt = reader.at;
    let inputs = skipInputs(reader);
    let hasWitness = false;
    if (inputs === 0) {
      const flagAt = reader.at;
      const flag = reader.u8();
      if (flag > WITNESS_FLAG) reader.refuse(flagAt);
      hasWitness = flag === WITNESS_FLAG;
      if (hasWitness) {
        inputsAt = reader.at;
        inputs = skipInputs(reader);
        skipOutputs(reader);
      }
    } else skipOutputs(reader);
    const outputsEnd = reader.at;
    if (hasWitness) skipWitness(reader, inputs);
    reader.skip(LOCK_TIME_LENGTH);
    if (reader.stopped) return null;
    return new TransactionView(reader.bytes, { begin, inputsAt, outputsEnd, end: reader.at });
  }

  get hasWitness(): boolean {
    return this.#legacySize !== this.size;
  }

  /** In display order. Each access computes it again, as for `wtxid`. */
  get txid(): string {
    return displayedSha256d(this.hasWitness ? this.#withoutWitness() : this.bytes);
  }

  /** In display order; equals the txid without a witness. */
  get wtxid(): string {
    return displayedSha256d(this.bytes);
  }

  /** The serialised transaction, not a copy. */
  get bytes(): Buffer {
    return this.#bytes.subarray(this.#places.begin, this.#places.end);
  }

  /** In bytes. */
  get size(): number {
    return this.#places.end - this.#places.begin;
  }

  get weight(): number {
    return 3 * this.#legacySize + this.size;
  }

  /** In vB, rounded up. */
  get vsize(): number {
    return Math.ceil(this.weight / 4);
  }

  get #legacySize(): number {
    const { inputsAt, outputsEnd } = this.#places;
    return VERSION_LENGTH + (outputsEnd - inputsAt) + LOCK_TIME_LENGTH;
  }

  #withoutWitness(): Buffer {
    const { begin, inputsAt, outputsEnd, end } = this.#places;
    const legacy = Buffer.allocUnsafe(this.#legacySize);
    const at = this.#bytes.copy(legacy, 0, begin, begin + VERSION_LENGTH);
    this.#bytes.copy(legacy, at, inputsAt, outputsEnd);
    this.#bytes.copy(legacy, legacy.length - LOCK_TIME_LENGTH, end - LOCK_TIME_LENGTH, end);
    return legacy;
  }
}

const OUTPOINT_LENGTH = 36;
const SEQUENCE_LENGTH = 4;
const VALUE_LENGTH = 8;

/** @returns the number of inputs */
function skipInputs(reader: ByteReader): number {
  const count = reader.count();
  for (let i = 0; i < count && !reader.stopped; i++) {
    reader.skip(OUTPOINT_LENGTH);
    reader.skipVarBytes();
    reader.skip(SEQUENCE_LENGTH);
  }
  return count;
}

function skipOutputs(reader: ByteReader): void {
  const count = reader.count();
  for (let i = 0; i < count && !reader.stopped; i++) {
    reader.skip(VALUE_LENGTH);
    reader.skipVarBytes();
  }
}

function skipWitness(reader: ByteReader, inputs: number): void {
  const begin = reader.at;
  let items = 0;
  for (let i = 0; i < inputs && !reader.stopped; i++) {
    const count = reader.count();
    for (let item = 0; item < count && !reader.stopped; item++) reader.skipVarBytes();
    items += count;
  }
  if (items === 0) reader.refuse(begin);
}
