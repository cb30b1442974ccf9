import { CorelensError } from "../errors.ts";
import { LIMITS } from "./limits.ts";

/** A message: its bytes as they arrived, and where its segments are. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Byte offsets where each segment begins and ends. */
  readonly segments: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Splits a stream into messages. Each message begins with a table of its segments:
 *
 *     number of segments - 1 (uint32) | words of each segment (uint32 ...) | padding to 8 bytes | the segments
 *
 * The reader checks the table against the limits before it allocates memory. A message that arrives in one piece is
 * not copied.
 */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #held = 0;
  /** Bytes needed before the next attempt to read a message. */
  #wanted = 8;

  /** Bytes of a message that has arrived in part. */
  get pending(): number {
    return this.#held;
  }

  /**
   * The messages that end within `chunk`.
   * @throws CorelensError IPC_PROTOCOL
   */
  *read(chunk: Uint8Array): Generator<Frame> {
    this.#parts.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return;
    let bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#held);
    this.#parts = [];
    this.#held = 0;
    for (;;) {
      this.#wanted = sizeOf(bytes);
      if (bytes.length < this.#wanted) break;
      yield { bytes, segments: segmentsOf(bytes) };
      bytes = bytes.subarray(this.#wanted);
    }
    if (bytes.length > 0) {
      this.#parts = [bytes];
      this.#held = bytes.length;
    }
  }
}

/** The size of the message that begins here. If its table is incomplete: the bytes needed to continue. */
function sizeOf(bytes: Uint8Array): number {
  if (bytes.length < 8) return 8;
  const view = viewOf(bytes);
  const count = view.getUint32(0, true) + 1;
  if (count > LIMITS.segments) {
    throw new CorelensError("IPC_PROTOCOL", `a message claims ${count} segments`);
  }
  const table = tableSize(count);
  if (bytes.length < table) return table;
  let size = table;
  for (let i = 0; i < count; i++) size += view.getUint32(4 + 4 * i, true) * 8;
  if (size > LIMITS.messageBytes + table) {
    throw new CorelensError("IPC_PROTOCOL", `a message claims ${size} bytes`);
  }
  return size;
}

function segmentsOf(bytes: Uint8Array): Frame["segments"] {
  const view = viewOf(bytes);
  const count = view.getUint32(0, true) + 1;
  let end = tableSize(count);
  return Array.from({ length: count }, (_, i) => {
    const start = end;
    end += view.getUint32(4 + 4 * i, true) * 8;
    return { start, end };
  });
}

function tableSize(segments: number): number {
  return (4 + 4 * segments + 7) & ~7;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
