import { type HeaderFields, readHeader } from "./header.ts";
import { ByteReader } from "./reader.ts";
import { TransactionView } from "./transaction-view.ts";

const HEADER_LENGTH = 80;

/**
 * A `block` payload, decoded lazily: each getter decodes only its part. Accepts any bytes: incomplete parts are null
 * or omitted.
 */
export class BlockView {
  readonly #payload: Uint8Array;

  constructor(payload: Uint8Array) {
    this.#payload = payload;
  }

  get header(): HeaderFields | null {
    const reader = new ByteReader(this.#payload);
    const header = readHeader(reader);
    return reader.stopped ? null : header;
  }

  /** The declared number of transactions; above 2^53 as a string of digits. */
  get transactionCount(): number | string | null {
    const reader = this.#afterHeader();
    const count = reader.compactSize();
    return reader.stopped ? null : count;
  }

  /** The complete transactions; the first one is the coinbase. */
  *transactions(): Generator<TransactionView> {
    const reader = this.#afterHeader();
    const count = reader.count();
    for (let i = 0; i < count; i++) {
      const transaction = TransactionView.next(reader);
      if (transaction === null) return;
      yield transaction;
    }
  }

  #afterHeader(): ByteReader {
    const reader = new ByteReader(this.#payload);
    reader.skip(HEADER_LENGTH);
    return reader;
  }
}
