import { crc32 } from "node:zlib";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { FRAME, type FrameType, MAX_TIME } from "./format.ts";

/**
 * The index of a recording lies beside it, in NAME.corelens.index; docs/recording.md specifies it. It has an entry for
 * each frame, so that a reader finds any second without reading the frames before it.
 *
 *     0          8         12          52          92
 *     ┌──────────┬─────────┬───────────┬───────────┬───┐
 *     │ CORELIDX │ version │ entry     │ entry     │ … │
 *     └──────────┴─────────┴───────────┴───────────┴───┘
 *
 * An index is a copy of what the recording itself contains: a reader does without it.
 */
export const INDEX_EXTENSION = ".index";
const SIGNATURE = "CORELIDX";
const VERSION = 1;
const INDEX_HEAD_SIZE = 12;
const ENTRY_SIZE = 40;
const CHECKED_SIZE = ENTRY_SIZE - 4;
/** Stands for an unknown number. */
const UNKNOWN = 0xffff_ffff;

/** What is in a block. */
export interface BlockFacts {
  /** Number of events without notices; null if the block was not read. */
  readonly events: number | null;
  /** Number of events that its notices report as lost; null if the block was not read. */
  readonly lost: number | null;
  /** Times of its first and last event or notice, in ms since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** An entry of the index. Frames other than blocks of events have no events and the times 0. */
export interface IndexEntry extends BlockFacts {
  readonly type: FrameType;
  /** Bytes of head and body in the file. */
  readonly size: number;
  /** Bytes of the body before compression. */
  readonly unpacked: number;
}

export const NO_BLOCK: BlockFacts = { events: 0, lost: 0, first: 0, last: 0 };
const TYPES: ReadonlySet<number> = new Set(Object.values(FRAME));

export function indexHead(): Buffer {
  const bytes = Buffer.alloc(INDEX_HEAD_SIZE);
  bytes.write(SIGNATURE, "latin1");
  bytes.writeUInt32LE(VERSION, SIGNATURE.length);
  return bytes;
}

export function encodeEntry({
  type,
  size,
  unpacked,
  events,
  lost,
  first,
  last,
}: IndexEntry): Buffer {
  const bytes = Buffer.alloc(ENTRY_SIZE);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(size, 4);
  bytes.writeUInt32LE(unpacked, 8);
  bytes.writeUInt32LE(events ?? UNKNOWN, 12);
  bytes.writeUInt32LE(Math.min(lost ?? UNKNOWN, UNKNOWN), 16);
  bytes.writeDoubleLE(first, 20);
  bytes.writeDoubleLE(last, 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CHECKED_SIZE)), CHECKED_SIZE);
  return bytes;
}

/** The entries up to the first that is cut or damaged; none if the bytes are not an index. */
export function decodeIndex(bytes: Buffer): IndexEntry[] {
  const entries: IndexEntry[] = [];
  if (!bytes.subarray(0, INDEX_HEAD_SIZE).equals(indexHead())) return entries;
  for (let at = INDEX_HEAD_SIZE; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    const entry = decodeEntry(bytes.subarray(at, at + ENTRY_SIZE));
    if (entry === null) break;
    entries.push(entry);
  }
  return entries;
}

function decodeEntry(bytes: Buffer): IndexEntry | null {
  if (bytes.readUInt32LE(CHECKED_SIZE) !== crc32(bytes.subarray(0, CHECKED_SIZE))) return null;
  const known = (at: number): number | null => {
    const value = bytes.readUInt32LE(at);
    return value === UNKNOWN ? null : value;
  };
  const type = bytes.readUInt32LE(0);
  const [first, last] = [bytes.readDoubleLE(20), bytes.readDoubleLE(28)];
  if (!TYPES.has(type) || !isTime(first) || !isTime(last)) return null;
  return {
    type: type as FrameType,
    size: bytes.readUInt32LE(4),
    unpacked: bytes.readUInt32LE(8),
    events: known(12),
    lost: known(16),
    first,
    last,
  };
}

/** False for NaN, too. */
function isTime(time: number): boolean {
  return Math.abs(time) <= MAX_TIME;
}

/** What was written into a block. */
export interface FilledBlock {
  readonly facts: BlockFacts;
  /** Numbers of its events, and of those that its notices report as lost, by tracepoint. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Collects the facts of the block that is being written. */
export class BlockTally {
  #events = 0;
  #lost = 0;
  #first: number | null = null;
  #last = 0;
  #counts = new Map<string, { count: number }>();
  #name = "";
  /** Of the last name: most events have the same as the one before. */
  #counter = { count: 0 };

  see(event: StreamEvent): void {
    this.#first ??= event.time;
    this.#last = event.time;
    if (!isNotice(event)) {
      this.#events++;
      this.#count(event.tracepoint, 1);
    } else if (event.tracepoint === "corelens:lost") {
      this.#lost += event.lost;
      this.#count(event.lost_tracepoint, event.lost);
    }
  }

  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].map(([name, { count }]) => [name, count]));
  }

  /** Returns what was seen and begins the next block. */
  take(): FilledBlock {
    const { counts } = this;
    const facts = {
      events: this.#events,
      lost: this.#lost,
      first: this.#first ?? 0,
      last: this.#last,
    };
    this.#events = 0;
    this.#lost = 0;
    this.#first = null;
    this.#counts = new Map();
    this.#name = "";
    return { facts, counts };
  }

  #count(name: string, count: number): void {
    if (name !== this.#name) {
      this.#name = name;
      this.#counter = this.#counts.get(name) ?? { count: 0 };
      this.#counts.set(name, this.#counter);
    }
    this.#counter.count += count;
  }
}
