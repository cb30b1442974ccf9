import { displayHash, sha256d } from "./hash.ts";

export interface TransactionSummary {
  /** 64 hex digits in display order. */
  readonly txid: string;
  /** In vB. */
  readonly vsize: number;
}

/**
 * The txid and size of a serialised transaction, without decoding its inputs and outputs.
 * @returns null if the bytes are not exactly one complete transaction
 */
export function summarize(bytes: Uint8Array): TransactionSummary | null {
  const reader = new Skimmer(bytes);
  reader.skip(4);
  // A legacy transaction has its number of inputs here, which is never 0.
  const hasWitness = bytes[4] === 0 && bytes[5] === 1;
  if (hasWitness) reader.skip(2);
  const body = reader.at;
  const inputs = reader.count();
  for (let i = 0; i < inputs && reader.isWithin; i++) {
    reader.skip(36);
    reader.skip(reader.count() + 4);
  }
  const outputs = reader.count();
  for (let i = 0; i < outputs && reader.isWithin; i++) {
    reader.skip(8);
    reader.skip(reader.count());
  }
  const witness = reader.at;
  for (let i = 0; hasWitness && i < inputs && reader.isWithin; i++) {
    const items = reader.count();
    for (let k = 0; k < items && reader.isWithin; k++) reader.skip(reader.count());
  }
  if (reader.at !== bytes.length - 4) return null;
  const legacy = Buffer.concat([
    bytes.subarray(0, 4),
    bytes.subarray(body, witness),
    bytes.subarray(reader.at),
  ]);
  return {
    txid: displayHash(sha256d(legacy)),
    vsize: Math.ceil((3 * legacy.length + bytes.length) / 4),
  };
}

/** Skips through bytes; reads after their end return 0. */
class Skimmer {
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isWithin(): boolean {
    return this.at < this.#view.byteLength;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** Bitcoin's compact size. */
  count(): number {
    const first = this.#integer(1);
    if (first < 0xfd) return first;
    return this.#integer(first === 0xfd ? 2 : first === 0xfe ? 4 : 8);
  }

  #integer(bytes: 1 | 2 | 4 | 8): number {
    const at = this.at;
    this.at += bytes;
    if (this.at > this.#view.byteLength) return 0;
    if (bytes === 1) return this.#view.getUint8(at);
    if (bytes === 2) return this.#view.getUint16(at, true);
    if (bytes === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }
}
