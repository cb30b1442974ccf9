import { type HeaderFields, readHeader } from "./header.ts";
import { ByteReader } from "./reader.ts";
import { TransactionView } from "./transaction-view.ts";

const HEADER_LENGTH = 80;

/**
 * A `block` payload of which only what is asked for is looked at. Any bytes will do: what is not whole is null or
 * left out.
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

  /** How many transactions the block says it has; beyond 2^53 as a string of digits. */
  get transactionCount(): number | string | null {
    const reader = this.#behindHeader();
    const count = reader.compactSize();
    return reader.stopped ? null : count;
  }

  /** The transactions that are whole, the coinbase first. */
  *transactions(): Generator<TransactionView> {
    const reader = this.#behindHeader();
    const count = reader.count();
    for (let i = 0; i < count; i++) {
      const transaction = TransactionView.next(reader);
      if (transaction === null) return;
      yield transaction;
    }
  }

  #behindHeader(): ByteReader {
    const reader = new ByteReader(this.#payload);
    reader.skip(HEADER_LENGTH);
    return reader;
  }
}
