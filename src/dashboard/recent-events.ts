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

/** Bytes of events that are kept; an event takes 20 to 100. */
const MAX_BYTES = 8 << 20;
/** A block is read at once, so it is small: about a thousand events. */
const BLOCK_BYTES = 64 << 10;

interface Block {
  readonly bytes: Buffer;
  /** Of its first event, in ms since the epoch. */
  readonly begin: number;
}

export interface RecentBlock {
  /** Of its first event, in ms since the epoch; infinite when it has none. */
  readonly begin: number;
  /** Oldest first. */
  readonly events: readonly RawEvent[];
}

/**
 * The last events, written as recordings hold them, without payloads: a query can look back at them.
 *
 *     oldest block │ block │ … │ block ◄── the one that is written
 *
 * When there are too many bytes, the oldest block goes.
 */
export class RecentEvents {
  readonly #maxBytes: number;
  readonly #writer = new BlockWriter();
  readonly #encoders = new KindMap<EventEncoder>();
  readonly #decoders: EventDecoder[] = [];
  readonly #kinds: NumberedKind[] = [];
  readonly #blocks: Block[] = [];
  /** Blocks that went. */
  #dropped = 0;
  #bytes = 0;
  /** Of the block that is written; null while that is empty. */
  #begin: number | null = null;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The kinds of the events that are kept: without their payloads. */
  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  /** Bytes that the events take. */
  get bytes(): number {
    return this.#bytes + this.#writer.size;
  }

  /** To be called with all kinds of the source, whenever there are more. */
  learn(kinds: readonly EventKind[]): void {
    for (const { name, fields } of kinds.slice(this.#kinds.length, MAX_KINDS - 1)) {
      const id = this.#kinds.length + 1;
      const kind = { id, name, fields: fields.filter(({ type }) => type !== "bytes") };
      this.#kinds.push(kind);
      // What tells kinds of one name apart is all that an event carries, its payload too.
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
    this.#dropped += this.#blocks.length + 1;
    this.#blocks.length = 0;
    this.#bytes = 0;
    this.#writer.take();
    this.#begin = null;
  }

  /**
   * What is kept at this moment, block by block, newest first. A block that went before it was asked for ends it.
   */
  blocks(): Generator<RecentBlock> {
    const begun = { bytes: this.#writer.copy(), begin: this.#begin ?? Number.POSITIVE_INFINITY };
    return this.#walk(begun, this.#dropped + this.#blocks.length - 1);
  }

  *#walk(begun: Block, last: number): Generator<RecentBlock> {
    yield this.#decode(begun);
    for (let i = last; i >= this.#dropped; i--) {
      yield this.#decode(this.#blocks[i - this.#dropped]!);
    }
  }

  #seal(): void {
    const bytes = this.#writer.take();
    this.#blocks.push({ bytes, begin: this.#begin! });
    this.#bytes += bytes.length;
    this.#begin = null;
    while (this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#blocks.shift()!.bytes.length;
      this.#dropped++;
    }
  }

  #decode({ bytes, begin }: Block): RecentBlock {
    const reader = new BlockReader(bytes);
    const events: RawEvent[] = [];
    while (!reader.isAtEnd) {
      const tag = reader.count();
      events.push(this.#decoders[(tag >>> TAG_SHIFT) - 1]!(reader, tag));
    }
    return { begin, events };
  }
}
