import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Cost } from "../event/cost.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { BlockWriter } from "./block-writer.ts";
import { compileEncoder, type EventEncoder } from "./event-encoder.ts";
import { BLOCK_SIZE, type Codec, FRAME, type FrameType } from "./format.ts";
import { BlockTally, type FilledBlock } from "./index-entry.ts";
import { kindJson } from "./kind.ts";
import { type PackedBody, RecordingFile } from "./recording-file.ts";

/*
 * Records a stream.
 *
 *     events ──► block ──full, or a second old──► gzip (other threads) ──► file ──too large or old──► next file
 *
 * Encoding continues while other threads compress earlier blocks and write them. If MAX_PENDING bytes wait, `write`
 * waits too, and the ring buffer keeps new events meanwhile.
 */

export interface RecorderOptions {
  /** Creates the next file. */
  readonly createFile: () => OutputFile | Promise<OutputFile>;
  /** Creates the index of a file. By default there is none. */
  readonly createIndex?: (file: OutputFile) => OutputFile;
  /** The writing program, such as `corelens 0.1.0`. */
  readonly writer: string;
  readonly codec: Codec;
  readonly rotation: Rotation;
  /** Bytes of each payload to keep. */
  readonly maxPayload: number;
}

/** The size and age at which the next file begins; null for no limit. */
export interface Rotation {
  readonly bytes: number | null;
  readonly ms: number | null;
}

/** The JSON of a file's last frame. */
export interface EndMark {
  /** Whether the recording continues in another file. */
  readonly continues: boolean;
  /** What tracing cost the node. */
  readonly cost: { readonly nanoseconds_per_hit: number; readonly runs: number } | null;
}

const MAX_PENDING = 64 << 20;
const FASTEST = 1;
const packGzip = promisify<Uint8Array, { level: number }, Buffer>(gzip);

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #block = new BlockWriter();
  readonly #tally = new BlockTally();
  readonly #encoders = new KindMap<EventEncoder>();
  readonly #kindBodies: PackedBody[] = [];
  #kinds = 0;
  #events = 0;
  #file: RecordingFile;
  #files = 1;
  #finishedBytes = 0;
  #queue: Promise<void> = Promise.resolve();
  #pending = 0;
  /** The blocks that were not written yet. */
  readonly #waiting = new Set<FilledBlock>();
  #failure: unknown = null;

  private constructor(options: RecorderOptions, file: RecordingFile) {
    this.#options = options;
    this.#file = file;
  }

  /** @throws CorelensError FILE_UNWRITABLE, OUTPUT_GONE */
  static async open(options: RecorderOptions): Promise<Recorder> {
    return new Recorder(options, await nextFile(options));
  }

  /** The current file. */
  get path(): string {
    return this.#file.path;
  }

  /** Bytes of blocks that wait to be compressed or written. */
  get pending(): number {
    return this.#pending;
  }

  /** Numbers of events that were not written yet, by tracepoint. */
  get unwritten(): Map<string, number> {
    const sums = new Map(this.#tally.counts);
    for (const { counts } of this.#waiting) {
      for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
    }
    return sums;
  }

  /** Why an earlier block could not be written; null if all were. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Free bytes of the file system. */
  freeBytes(): Promise<number> {
    return this.#file.freeBytes();
  }

  /** Recorded events, without notices. */
  get events(): number {
    return this.#events;
  }

  get files(): number {
    return this.#files;
  }

  /** Bytes written to all files. */
  get bytes(): number {
    return this.#finishedBytes + this.#file.size;
  }

  /**
   * Appends events.
   * @param kinds all kinds that the source has at present
   * @throws CorelensError OUTPUT_GONE, also if an earlier block could not be written
   */
  async write(events: readonly StreamEvent[], kinds: readonly EventKind[]): Promise<void> {
    const sealed = this.add(events, kinds);
    // Lets file operations and signals proceed, even if events arrive without a pause.
    if (sealed) await nextTurn();
    if (this.#pending > MAX_PENDING) await this.#queue;
    if (this.#failure !== null) throw this.#failure;
  }

  /**
   * Appends events without waiting: look at `pending` and `failure`.
   * @returns whether a block is full
   */
  add(events: readonly StreamEvent[], kinds: readonly EventKind[]): boolean {
    this.#learn(kinds);
    let sealed = false;
    for (const event of events) {
      if (isNotice(event)) this.#block.notice(JSON.stringify(event));
      else this.#encode(event);
      this.#tally.see(event);
      if (this.#block.size < BLOCK_SIZE) continue;
      this.flush();
      sealed = true;
    }
    return sealed;
  }

  /** Writes the block, even if it is not full. Call it every second, so that a crash loses at most the last second. */
  flush(): void {
    if (this.#block.size > 0) {
      this.#enqueue(FRAME.events, this.#block.take(), this.#tally.take());
    }
  }

  /** @throws CorelensError OUTPUT_GONE */
  async close(cost: Cost | null): Promise<void> {
    try {
      this.flush();
      await this.#queue;
      await this.#file.append(FRAME.end, jsonBody(endMark(cost)));
    } finally {
      await this.#file.close();
    }
  }

  #encode(event: RawEvent): void {
    this.#encoders.get(event)!(event);
    this.#events++;
  }

  #learn(kinds: readonly EventKind[]): void {
    for (const { name, fields } of kinds.slice(this.#kinds)) {
      const kind = { id: ++this.#kinds, name, fields };
      this.#encoders.add(kind, compileEncoder(kind, this.#block, this.#options.maxPayload));
      this.#enqueue(FRAME.kind, Buffer.from(kindJson(kind)));
    }
  }

  /** Frames are compressed in parallel and written in order. */
  #enqueue(type: FrameType, body: Buffer, block: FilledBlock | null = null): void {
    const packed = type === FRAME.events ? this.#pack(body) : Promise.resolve(plainBody(body));
    this.#pending += body.length;
    if (block) this.#waiting.add(block);
    this.#queue = this.#queue.then(async () => {
      await this.#store(type, await packed, block);
      if (block) this.#waiting.delete(block);
      this.#pending -= body.length;
    });
    this.#queue.catch((error: unknown) => {
      this.#failure = error;
    });
  }

  async #pack(body: Buffer): Promise<PackedBody> {
    if (this.#options.codec === "none") return plainBody(body);
    const stored = await packGzip(body, { level: FASTEST });
    return { codec: "gzip", stored, unpacked: body.length };
  }

  async #store(type: FrameType, body: PackedBody, block: FilledBlock | null): Promise<void> {
    if (type === FRAME.kind) this.#kindBodies.push(body);
    else if (this.#isFull(body.stored.length)) await this.#rotate();
    await this.#file.append(type, body, block?.facts);
  }

  #isFull(more: number): boolean {
    const { bytes, ms } = this.#options.rotation;
    return (
      (bytes !== null && this.#file.size + more > bytes) ||
      (ms !== null && performance.now() - this.#file.openedAt > ms)
    );
  }

  async #rotate(): Promise<void> {
    await this.#file.append(FRAME.end, jsonBody({ continues: true, cost: null } satisfies EndMark));
    await this.#file.close();
    this.#finishedBytes += this.#file.size;
    this.#file = await nextFile(this.#options);
    this.#files++;
    for (const body of this.#kindBodies) await this.#file.append(FRAME.kind, body);
  }
}

async function nextFile(options: RecorderOptions): Promise<RecordingFile> {
  const { createFile, createIndex, writer } = options;
  const output = await createFile();
  const file = new RecordingFile(output, createIndex?.(output));
  try {
    await file.begin();
    await file.append(FRAME.header, jsonBody({ writer, created: new Date().toISOString() }));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function endMark(cost: Cost | null): EndMark {
  return {
    continues: false,
    cost: cost && { nanoseconds_per_hit: cost.nanosecondsPerHit, runs: cost.runs },
  };
}

function jsonBody(value: object): PackedBody {
  return plainBody(Buffer.from(JSON.stringify(value)));
}

function plainBody(body: Uint8Array): PackedBody {
  return { codec: "none", stored: body, unpacked: body.length };
}
