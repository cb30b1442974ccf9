import type { Notice, StreamEvent } from "../event/notice.ts";
import { type EventSource, eventsOf } from "../event/source.ts";
import type { EventsOf } from "../session/attach/attach.ts";
import { SelectedSource } from "../session/source/selected-source.ts";
import { ReplaySource, type ReplaySpeed } from "./replay-source.ts";
import { openStored } from "./stored-events.ts";

/** Which events of a recording to deliver, and how fast. */
export interface ReplayOptions<Pattern extends string = string> {
  /** Names; `*` in a name stands for any text. Default: all. */
  readonly tracepoints?: readonly Pattern[];
  /** Names of fields, or `*` for all. Default: all except payloads. */
  readonly fields?: readonly string[];
  /** A query that events must pass (docs/query.md). */
  readonly where?: string;
  /** Default: `max`. */
  readonly speed?: ReplaySpeed;
}

/** The events of a recording. It can be iterated once. */
export type Replay<Event extends StreamEvent> = EventSource<Event> & AsyncIterable<Event>;

/**
 * Replays a recording. This needs no privileges and no node.
 *
 * ```ts
 * for await (const event of await replay("node.corelens", { tracepoints: ["mempool:removed"] })) {
 *   if (event.tracepoint === "mempool:removed") console.log(event.txid, event.reason);
 * }
 * ```
 *
 * @param path a file, or a directory of files
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE;
 *   RECORDING_CORRUPT, while iterating after the events before the damage
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
