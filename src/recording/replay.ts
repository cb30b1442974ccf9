import type { Notice, StreamEvent } from "../event/notice.ts";
import { type EventSource, eventsOf } from "../event/source.ts";
import type { EventsOf } from "../session/attach/attach.ts";
import { ReplaySource, type ReplaySpeed } from "./replay-source.ts";
import { SelectedSource } from "./selected-source.ts";
import { openStored } from "./stored-events.ts";

/** Which of a recording's events are wanted, and how fast. */
export interface ReplayOptions<Pattern extends string = string> {
  /** Names, in which `*` stands for any text; all when left out. */
  readonly tracepoints?: readonly Pattern[];
  /** Names of fields, `*` for all; all but payloads when left out. */
  readonly fields?: readonly string[];
  /** A query that events have to pass (docs/query.md). */
  readonly where?: string;
  /** Recorded seconds in a second; as fast as they are read when left out. */
  readonly speed?: ReplaySpeed;
}

/** A recording's events, as a session delivers a node's. It may be iterated once. */
export type Replay<Event extends StreamEvent> = EventSource<Event> & AsyncIterable<Event>;

/**
 * Reads a recording. No rights are needed, and no node.
 *
 * ```ts
 * for await (const event of await replay("node.corelens", { tracepoints: ["mempool:removed"] })) {
 *   if (event.tracepoint === "mempool:removed") console.log(event.txid, event.reason);
 * }
 * ```
 *
 * @param path a file, or a directory of files
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT (while reading: after the events before
 *   the damage); TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
 */
export async function replay<const Pattern extends string = "*">(
  path: string,
  options: ReplayOptions<Pattern> = {},
): Promise<Replay<EventsOf<Pattern> | Notice>> {
  const { tracepoints = [], fields = null, where = null, speed = "max" } = options;
  const { reader, kinds } = await openStored(path);
  const source = new SelectedSource(new ReplaySource(reader, speed), await kinds(), {
    patterns: tracepoints,
    fields,
    where,
  }) as unknown as EventSource<EventsOf<Pattern> | Notice>;
  return Object.assign(source, { [Symbol.asyncIterator]: () => eventsOf(source) });
}
