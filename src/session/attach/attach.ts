import type { EventFields, Matching, TracepointName } from "../../contract/events.ts";
import type { Envelope, RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "./defaults.ts";
import { openSession } from "./open-session.ts";
import type { TraceSession } from "./session.ts";

/** What to trace, and how. */
export interface AttachOptions<Pattern extends string = string> {
  /** A pid, the path of a pid file or of a binary; the running node is searched for when left out. */
  readonly target?: number | string;
  /** Names, in which `*` stands for any text: `net:*`. All tracepoints of the node when left out. */
  readonly tracepoints?: readonly Pattern[];
  /** Names of the fields to read, `*` for all; when left out all but payloads. What is not read costs nothing. */
  readonly fields?: readonly string[];
  /** A query that events have to pass, such as `size > 32kB && msg_type == "tx"` (docs/query.md). */
  readonly where?: string;
  /** Bytes of each payload that are enough, where payloads are among the fields; all when left out. */
  readonly maxPayload?: number;
  /** One event in so many, chosen by chance: `corelens:limited` tells it in the stream. */
  readonly sample?: number;
  /** At most about so many events a second of each tracepoint, told in the same way. */
  readonly rate?: number;
  /** Bytes of the ring buffer, a power of two; 32 MiB when left out. */
  readonly ringSize?: number;
  /** Milliseconds that an event may wait for others while events come steadily; 5 when left out. */
  readonly latencyMs?: number;
}

/**
 * An event of a tracepoint of the contract. Fields are those of the newest release; a field whose memory could not
 * be read is null and named in `unreadable`.
 */
export type EventOf<Name extends TracepointName> = Name extends TracepointName
  ? Envelope & { readonly tracepoint: Name } & Readonly<EventFields<Name>>
  : never;

/** What a session delivers of the tracepoints that a pattern matches; of those that no contract knows, anything. */
export type EventsOf<Pattern extends string> = Pattern extends string
  ? [Matching<Pattern>] extends [never]
    ? RawEvent
    : EventOf<Matching<Pattern>>
  : never;

/**
 * Attaches to a node in this process, which needs CAP_BPF and CAP_PERFMON (root has them).
 *
 * ```ts
 * const session = attach({ tracepoints: ["mempool:*"] });
 * for await (const event of session) {
 *   if (event.tracepoint === "mempool:added") console.log(event.txid, Number(event.fee) / event.vsize);
 * }
 * ```
 *
 * Leaving the loop detaches. A slow loop loses events once the ring buffer is full, and is told how many by
 * `corelens:lost`.
 *
 * @throws CorelensError NODE_NOT_FOUND, NODE_AMBIGUOUS, PROCESS_GONE, NO_TRACEPOINTS, TRACEPOINT_UNKNOWN,
 *   FIELD_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE, NO_PERMISSION, KERNEL_UNSUPPORTED, PLATFORM_UNSUPPORTED
 */
export function attach<const Pattern extends string = "*">(
  options: AttachOptions<Pattern> = {},
): TraceSession<EventsOf<Pattern> | Notice> {
  const { target, tracepoints = [], fields = null, where = null } = options;
  const limits = { sample: options.sample ?? null, rate: options.rate ?? null };
  const { maxPayload } = options;
  const events = { patterns: tracepoints, fields, where, maxPayload, limits };
  return openSession(
    { target: target?.toString(), events },
    options.ringSize ?? DEFAULT_RING_SIZE,
    options.latencyMs ?? DEFAULT_LATENCY_MS,
  );
}
