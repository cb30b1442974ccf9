import type { EventFields, Matching, TracepointName } from "../../contract/events.ts";
import type { Envelope, RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "./defaults.ts";
import { openSession } from "./open-session.ts";
import type { TraceSession } from "./session.ts";

/** What to trace, and how. */
export interface AttachOptions<Pattern extends string = string> {
  /** A pid, or the path of a pid file or a binary; by default the running node. */
  readonly target?: number | string;
  /** Names; `*` matches any text: `net:*`. By default all tracepoints of the node. */
  readonly tracepoints?: readonly Pattern[];
  /** Names of the fields to read, `*` for all; by default all except payloads. Only fields that are read cost time. */
  readonly fields?: readonly string[];
  /** A query that selects events, such as `size > 32kB && msg_type == "tx"` (docs/query.md). */
  readonly where?: string;
  /** Maximum bytes to read of each payload, where payloads are among the fields; by default all. */
  readonly maxPayload?: number;
  /** Deliver one event in `sample`, chosen at random. The notice `corelens:limited` reports it in the stream. */
  readonly sample?: number;
  /** Approximate maximum of events per second and tracepoint, reported in the same way. */
  readonly rate?: number;
  /** Bytes of the ring buffer, a power of two; by default 32 MiB. */
  readonly ringSize?: number;
  /** Maximum milliseconds that an event waits for others under steady load; by default 5. */
  readonly latencyMs?: number;
}

/**
 * An event of a tracepoint in the contract, with the fields of the newest release. A field whose memory could not be
 * read is null, and `unreadable` names it.
 */
export type EventOf<Name extends TracepointName> = Name extends TracepointName
  ? Envelope & { readonly tracepoint: Name } & Readonly<EventFields<Name>>
  : never;

/** The events of the tracepoints that a pattern matches; any event if the contract has none that match. */
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
 * Leaving the loop detaches. A slow loop loses events once the ring buffer is full; the notice `corelens:lost` counts
 * them.
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
