import { type Mapping, map, pageSize } from "../kernel/libc.ts";

/**
 * The consumer's side of a BPF ring buffer.
 *
 *      page 0            page 1            pages 2 ...                       2 ... again
 *     ┌──────────────┬──────────────┬───────────────────────────────┬───────────────────────┐
 *     │ consumer pos │ producer pos │ data: [u32 length|bits][u32]… │ the same pages again  │
 *     └──────────────┴──────────────┴───────────────────────────────┴───────────────────────┘
 *       written here   by the kernel   records are 8-aligned            so no record wraps
 *
 * Positions only grow; modulo the size they are offsets into data. A record with the BUSY bit is reserved but not
 * committed yet: reading stops there, which keeps the order of reservation. A record with the DISCARD bit was abandoned
 * by its program.
 */
const HEADER_BYTES = 8;
const BUSY = 0x8000_0000 | 0;
const DISCARD = 0x4000_0000;
/** x86 never moves a load before an earlier one: a record's bytes are read after its length, also without a fence. */
const isOrdered = process.arch === "x64";

export class RingBuffer {
  /** All data twice in a row, read-only: writing to it kills the process. */
  readonly data: ArrayBuffer;
  readonly #size: number;
  readonly #page: number;
  readonly #lengths: Int32Array;
  readonly #consumer: Mapping;
  readonly #producer: Mapping;
  readonly #consumerPosition: BigUint64Array;
  readonly #producerPosition: BigUint64Array;
  #position: number;
  #closed = false;

  /** Maps the ring behind `fd`; works in any process that holds the descriptor, without privileges. */
  constructor(fd: number, size: number, page = pageSize()) {
    this.#size = size;
    this.#page = page;
    this.#consumer = map(fd, page, 0, true);
    this.#producer = map(fd, page + 2 * size, page, false);
    this.#consumerPosition = new BigUint64Array(this.#consumer.memory, 0, 1);
    this.#producerPosition = new BigUint64Array(this.#producer.memory, 0, 1);
    this.data = this.#producer.memory;
    this.#lengths = new Int32Array(this.#producer.memory);
    this.#position = Number(Atomics.load(this.#consumerPosition, 0));
  }

  /**
   * Passes committed records to `take`, at most `most`, and frees their space. If `take` returns false, that record stays
   * for the next call and `drain` ends.
   * `take` gets the byte offset in `data` and the length. The bytes of all records stay valid until `finish` returns.
   */
  drain(
    most: number,
    take: (offset: number, length: number) => boolean,
    finish: () => void = () => {},
  ): void {
    if (this.#closed) return;
    const end = Number(Atomics.load(this.#producerPosition, 0));
    const lengths = this.#lengths;
    let position = this.#position;
    // Positions outgrow 32 bits after 2 GB; a remainder for each record would then be a division of doubles.
    let offset = position % this.#size;
    let taken = 0;
    while (position < end && taken < most) {
      const header = this.#page + offset;
      const length = isOrdered ? lengths[header >> 2]! : Atomics.load(lengths, header >> 2);
      if ((length & BUSY) !== 0) break;
      const bytes = length & ~DISCARD;
      if ((length & DISCARD) === 0) {
        if (!take(header + HEADER_BYTES, bytes)) break;
        taken++;
      }
      const step = HEADER_BYTES + ((bytes + 7) & ~7);
      position += step;
      offset = (offset + step) & (this.#size - 1);
    }
    finish();
    this.#position = position;
    Atomics.store(this.#consumerPosition, 0, BigInt(this.#position));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#consumer.unmap();
    this.#producer.unmap();
  }
}
