import type { FileHandle } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { CONTRACT } from "../contract/contract.ts";
import { CorelensError } from "../errors.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import { type LossCounters, NOTHING } from "../event/loss.ts";
import { MESSAGE_TRACEPOINTS } from "../event/message.ts";
import type { StreamEvent } from "../event/notice.ts";
import { type FileSummary, newSummary } from "./file-summary.ts";
import { corrupt, readAt } from "./frame-reader.ts";
import { openForReading } from "./location.ts";
import {
  CAPTURE_HEAD_SIZE,
  captureAddress,
  isCaptureInbound,
  readCaptureHead,
} from "./message-capture.ts";

/** The kinds of events that captured messages become. */
export const CAPTURE_KINDS: readonly EventKind[] = MESSAGE_TRACEPOINTS.map((name) => ({
  name,
  fields: CONTRACT[name].layouts[0].fields,
}));

const CHUNK = 64 << 10;
const MAX_PER_BATCH = 1024;
const MAX_BYTES_PER_BATCH = 8 << 20;

/** What a user must know about captured messages: sentences. */
export function captureNotes(paths: readonly string[]): string[] {
  const undirected = paths.find((path) => isCaptureInbound(basename(path)) === null);
  return [
    "bitcoind captured these messages without peer_id, connection_type, pid, tid, thread, cpu and ktime: they are null",
    ...(undirected === undefined
      ? []
      : [
          `the name of ${undirected} does not contain recv or sent: its messages are treated as received`,
        ]),
  ];
}

/**
 * Reads the files of bitcoind's -capturemessages, merged by time, and delivers the events that a tracer would have
 * delivered. A damaged file is read up to the damage, the others to their ends.
 */
export class CaptureReader {
  readonly kinds = CAPTURE_KINDS;
  readonly cost = null;
  readonly #files: readonly CaptureFile[];
  readonly #tallies = new Map<string, LossCounters>();

  constructor(paths: readonly string[]) {
    this.#files = paths.map((path) => new CaptureFile(path));
  }

  get files(): FileSummary[] {
    return this.#files.map(({ summary }) => summary);
  }

  /** @throws CorelensError FILE_UNREADABLE, RECORDING_CORRUPT, both after all readable events */
  async *batches(): AsyncGenerator<StreamEvent[]> {
    let damage: CorelensError | undefined;
    const next = async (file: CaptureFile): Promise<RawEvent | null> => {
      try {
        return await file.next();
      } catch (error) {
        if (!(error instanceof CorelensError)) throw error;
        damage ??= error;
        return null;
      }
    };
    try {
      let heads: { readonly file: CaptureFile; event: RawEvent }[] = [];
      for (const file of this.#files) {
        const event = await next(file);
        if (event) heads.push({ file, event });
      }
      let batch: RawEvent[] = [];
      let bytes = 0;
      while (heads.length > 0) {
        const head = heads.reduce((a, b) => (b.event.time < a.event.time ? b : a));
        batch.push(head.event);
        bytes += Number(head.event.size);
        this.#count(head.event.tracepoint);
        const event = await next(head.file);
        if (event) head.event = event;
        else heads = heads.filter((each) => each !== head);
        if (batch.length < MAX_PER_BATCH && bytes < MAX_BYTES_PER_BATCH) continue;
        yield batch;
        batch = [];
        bytes = 0;
      }
      if (batch.length > 0) yield batch;
      if (damage) throw damage;
    } finally {
      for (const file of this.#files) await file.close();
    }
  }

  tallies(): Map<string, LossCounters> {
    return this.#tallies;
  }

  #count(tracepoint: string): void {
    const tally = this.#tallies.get(tracepoint) ?? { ...NOTHING };
    tally.delivered++;
    this.#tallies.set(tracepoint, tally);
  }
}

/** The same bytes without Buffer's `toJSON`. */
function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/** The messages of one file, read in chunks. */
class CaptureFile {
  readonly summary: FileSummary;
  readonly #tracepoint: string;
  readonly #address: string | null;
  #handle: FileHandle | undefined;
  #chunk = Buffer.alloc(0);
  /** Position in the file where the chunk ends. */
  #end = 0;

  constructor(path: string) {
    this.summary = newSummary(path, "message");
    const isInbound = isCaptureInbound(basename(path)) ?? true;
    this.#tracepoint = isInbound ? "net:inbound_message" : "net:outbound_message";
    this.#address = captureAddress(basename(dirname(path)));
  }

  /**
   * The next message; null at the end of the file, and where the file ends within a message.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_CORRUPT
   */
  async next(): Promise<RawEvent | null> {
    const { summary } = this;
    const { path, bytes: at } = summary;
    const headBytes = await this.#take(CAPTURE_HEAD_SIZE);
    summary.complete = headBytes.length === 0;
    if (summary.complete) return null;
    if (headBytes.length < CAPTURE_HEAD_SIZE) return this.#cut(at, headBytes.length);
    const head = readCaptureHead(headBytes);
    if (typeof head === "string") throw corrupt(path, at, head);
    const payload = await this.#take(head.length);
    const size = CAPTURE_HEAD_SIZE + payload.length;
    if (payload.length < head.length) return this.#cut(at, size);
    summary.bytes += size;
    summary.unpacked += size;
    summary.frames++;
    const { time, type, length } = head;
    const event = {
      ...{ tracepoint: this.#tracepoint, time },
      ...{ ktime: null, tid: null, thread: null, cpu: null, pid: null },
      ...{ peer_id: null, address: this.#address, connection_type: null },
      ...{ msg_type: type, size: length, payload: plain(payload) },
    };
    return event as unknown as RawEvent;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #cut(at: number, size: number): null {
    this.summary.incomplete = { path: this.summary.path, unit: "message", at, size };
    return null;
  }

  /** The next `length` bytes; fewer at the end of the file. */
  async #take(length: number): Promise<Buffer> {
    if (this.#chunk.length < length) await this.#read(length);
    const taken = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken;
  }

  async #read(length: number): Promise<void> {
    const { path } = this.summary;
    this.#handle ??= await openForReading(path);
    const rest = this.#chunk;
    const more = await readAt(this.#handle, path, this.#end, Math.max(CHUNK, length - rest.length));
    this.#chunk = Buffer.concat([rest, more]);
    this.#end += more.length;
  }
}
