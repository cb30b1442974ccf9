import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { BlockReader } from "../recording/block-reader.ts";
import { BlockWriter } from "../recording/block-writer.ts";
import { compileDecoder, type EventDecoder } from "../recording/event-decoder.ts";
import { compileEncoder, type EventEncoder } from "../recording/event-encoder.ts";
import { MAX_KINDS, TAG_SHIFT } from "../recording/format.ts";
import type { NumberedKind } from "../recording/kind.ts";
import { BlockRing, type StoredBlock } from "./block-ring.ts";

/** Maximum size of the stored events; an event takes 20 to 100 bytes. */
const MAX_BYTES = 8 << 20;
/** A block is decoded at once, so it is small: about a thousand events. */
const BLOCK_BYTES = 64 << 10;

export interface RecentBlock {
  /** Time of its first event, in ms since the epoch; infinite when it is empty. */
  readonly begin: number;
  /** Oldest first. */
  readonly events: readonly RawEvent[];
}

/**
 * The last events without payloads, in the format of recordings, so that a query can search the recent past.
 *
 *     oldest block │ block │ … │ block ◄── events are appended here
 *     └──────── BlockRing ─────┘
 *
 * Beyond the maximum size, the oldest block is dropped.
 */
export class RecentEvents {
  readonly #writer = new BlockWriter();
  readonly #encoders = new KindMap<EventEncoder>();
  readonly #decoders: EventDecoder[] = [];
  readonly #kinds: NumberedKind[] = [];
  readonly #ring: BlockRing;
  /** Time of the first event of the block that is written; null while it is empty. */
  #begin: number | null = null;

  constructor(maxBytes = MAX_BYTES) {
    this.#ring = new BlockRing(maxBytes);
  }

  /** The kinds of the stored events, without payloads. */
  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  /** Size of the stored events. */
  get bytes(): number {
    return this.#ring.bytes + this.#writer.size;
  }

  /** Call with all kinds of the source whenever there are new ones. */
  learn(kinds: readonly EventKind[]): void {
    for (const { name, fields } of kinds.slice(this.#kinds.length, MAX_KINDS - 1)) {
      const id = this.#kinds.length + 1;
      const kind = { id, name, fields: fields.filter(({ type }) => type !== "bytes") };
      this.#kinds.push(kind);
      // Kinds of one name differ in their fields, including the payload.
      this.#encoders.add({ name, fields }, compileEncoder(kind, this.#writer, 0));
      this.#decoders.push(compileDecoder(kind));
    }
  }

  add(event: StreamEvent): void {
    if (isNotice(event)) return;
    const encode = this.#encoders.get(event);
    if (encode === undefined) return;
    this.#begin ??= event.time;
    encode(event);
    if (this.#writer.size >= BLOCK_BYTES) this.#seal();
  }

  clear(): void {
    this.#ring.clear();
    this.#writer.clear();
    this.#begin = null;
  }

  /**
   * The blocks stored at this moment, newest first. The walk ends at a block that was dropped meanwhile.
   */
  blocks(): Generator<RecentBlock> {
    const bytes = Buffer.from(this.#writer.written);
    const begun = { bytes, begin: this.#begin ?? Number.POSITIVE_INFINITY };
    return this.#walk(begun, this.#ring.next - 1);
  }

  *#walk(begun: StoredBlock, last: number): Generator<RecentBlock> {
    yield this.#decode(begun);
    for (let number = last; ; number--) {
      const block = this.#ring.get(number);
      if (block === null) return;
      yield this.#decode(block);
    }
  }

  #seal(): void {
    this.#ring.push(this.#writer.written, this.#begin!);
    this.#writer.clear();
    this.#begin = null;
  }

  #decode({ bytes, begin }: StoredBlock): RecentBlock {
    const reader = new BlockReader(bytes);
    const events: RawEvent[] = [];
    while (!reader.isAtEnd) {
      const tag = reader.count();
      events.push(this.#decoders[(tag >>> TAG_SHIFT) - 1]!(reader, tag));
    }
    return { begin, events };
  }
}
