import { CorelensError } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import { type LossCounters, NOTHING } from "../event/loss.ts";
import type { StreamEvent } from "../event/notice.ts";
import { BlockError, BlockReader } from "./block-reader.ts";
import { compileDecoder, type EventDecoder } from "./event-decoder.ts";
import { type FileSummary, newSummary } from "./file-summary.ts";
import { FLAG, FRAME, MAX_KINDS, TAG_SHIFT } from "./format.ts";
import { corrupt, type Frame, type FramePlan, readFrames } from "./frame-reader.ts";
import { type NumberedKind, parseKind } from "./kind.ts";
import { parseNotice } from "./notice-json.ts";

interface ReadableKind {
  readonly kind: EventKind;
  readonly decode: EventDecoder;
  readonly tally: LossCounters;
}

const MAX_PER_BATCH = 4096;

/**
 * All kinds of a recording. A kind that is in several files appears once. Damage is an error only if no kind can be read;
 * otherwise the error comes when the events are read.
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
 */
export async function readKinds(paths: readonly string[]): Promise<EventKind[]> {
  const kinds = new Map<string, EventKind>();
  let damage: CorelensError | undefined;
  for (const path of paths) {
    try {
      for await (const { body } of readFrames(path, (type) => type === FRAME.kind)) {
        const kind = body && parseKind(parseJson(body.toString("utf8")));
        if (kind) kinds.set(keyOf(kind), { name: kind.name, fields: kind.fields });
      }
    } catch (error) {
      if (!(error instanceof CorelensError) || error.code !== "RECORDING_CORRUPT") throw error;
      damage ??= error;
    }
  }
  if (kinds.size === 0 && damage) throw damage;
  return [...kinds.values()];
}

/** Reads the events of a recording's files, one after the other. `kinds`, `files` and tallies grow meanwhile. */
export class RecordingReader {
  /** All kinds read so far. A kind that is in several files appears once. */
  readonly kinds: EventKind[] = [];
  readonly files: FileSummary[] = [];
  /** What tracing cost the node; null until the end is read. */
  cost: Cost | null = null;
  readonly #paths: readonly string[];
  readonly #plan: FramePlan | undefined;
  readonly #known = new Map<string, ReadableKind>();
  readonly #losses = new Map<string, number>();
  /** The kinds of the current file, by number. */
  #readable: ReadableKind[] = [];

  /** @param plan what to read of the first file; by default all of it */
  constructor(paths: readonly string[], plan?: FramePlan) {
    this.#paths = paths;
    this.#plan = plan;
  }

  /**
   * Batches of events, in order.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION; RECORDING_CORRUPT after the events before the damage
   */
  async *batches(): AsyncGenerator<StreamEvent[]> {
    for (const [i, path] of this.#paths.entries()) {
      const file = newSummary(path, "frame");
      this.files.push(file);
      this.#readable = [];
      for await (const frame of readFrames(path, undefined, i === 0 ? this.#plan : undefined)) {
        if (frame.body === null) {
          const { unit, at, size } = frame;
          file.incomplete = { path, unit, at, size };
          break;
        }
        if (frame.type === FRAME.events) {
          yield* this.#readBlock(path, frame);
          file.unpacked += frame.body.length;
        } else {
          this.#readJson(file, frame);
        }
        file.frames++;
        file.bytes = frame.at + frame.size;
      }
    }
  }

  /** Events delivered, lost, truncated and unreadable up to now, by tracepoint. */
  tallies(): Map<string, LossCounters> {
    const byName = new Map<string, LossCounters>();
    for (const { kind, tally } of this.#known.values()) {
      const sum = byName.get(kind.name) ?? { ...NOTHING };
      sum.delivered += tally.delivered;
      sum.truncated += tally.truncated;
      sum.unreadable += tally.unreadable;
      byName.set(kind.name, sum);
    }
    for (const [name, lost] of this.#losses) {
      byName.set(name, { ...(byName.get(name) ?? { ...NOTHING }), lost });
    }
    return byName;
  }

  #readJson(file: FileSummary, { type, at, body }: Frame): void {
    const json = parseJson(body.toString("utf8"));
    switch (type) {
      case FRAME.header: {
        const { writer, created } = (json ?? {}) as Record<string, unknown>;
        file.writer = typeof writer === "string" ? writer : null;
        const ms = Date.parse(String(created));
        file.created = Number.isNaN(ms) ? null : ms;
        return;
      }
      case FRAME.kind: {
        const kind = parseKind(json);
        if (kind === null) throw corrupt(file.path, at, "the description of a kind is invalid");
        this.#learn(kind);
        return;
      }
      case FRAME.end:
        file.complete = true;
        this.cost = costOf(json);
    }
  }

  #learn({ id, name, fields }: NumberedKind): void {
    const key = keyOf({ name, fields });
    let known = this.#known.get(key);
    if (known === undefined) {
      const kind = { name, fields };
      known = { kind, decode: compileDecoder(kind), tally: { ...NOTHING } };
      this.#known.set(key, known);
      this.kinds.push(kind);
    }
    this.#readable[id] = known;
  }

  *#readBlock(path: string, { at, body }: Frame): Generator<StreamEvent[]> {
    const block = new BlockReader(body);
    while (!block.isAtEnd) {
      const events: StreamEvent[] = [];
      try {
        while (!block.isAtEnd && events.length < MAX_PER_BATCH) {
          events.push(this.#readEvent(block));
        }
      } catch (error) {
        if (!(error instanceof BlockError)) throw error;
        if (events.length > 0) yield events;
        throw corrupt(path, at, error.message);
      }
      yield events;
    }
  }

  #readEvent(block: BlockReader): StreamEvent {
    const tag = block.integer(0, MAX_KINDS << TAG_SHIFT);
    if (tag === 0) return this.#readNotice(block);
    const readable = this.#readable[tag >>> TAG_SHIFT];
    if (readable === undefined) throw new BlockError("an event has an unknown kind");
    const event = readable.decode(block, tag);
    block.check();
    const { tally } = readable;
    tally.delivered++;
    if (tag & FLAG.flawed) {
      if (event.truncated !== undefined) tally.truncated++;
      if (event.unreadable !== undefined) tally.unreadable++;
    }
    return event;
  }

  #readNotice(block: BlockReader): StreamEvent {
    const notice = parseNotice(parseJson(block.text()));
    if (notice === null) throw new BlockError("a notice is invalid");
    if (notice.tracepoint === "corelens:lost") {
      const name = notice.lost_tracepoint;
      this.#losses.set(name, (this.#losses.get(name) ?? 0) + notice.lost);
    }
    return notice;
  }
}

function keyOf({ name, fields }: EventKind): string {
  return JSON.stringify({ name, fields });
}

function costOf(json: unknown): Cost | null {
  const { cost } = (json ?? {}) as { readonly cost?: Record<string, unknown> | null };
  const { runs } = cost ?? {};
  // Version 1 has the second name.
  const nanosecondsPerHit = cost?.nanoseconds_per_hit ?? cost?.nanosecondsPerHit;
  if (typeof nanosecondsPerHit !== "number" || typeof runs !== "number") return null;
  return { nanosecondsPerHit, runs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
