import type { EventFields, Matching, TracepointName } from "../contract/events.ts";
import type { Envelope, RawEvent } from "../tracer/decoder.ts";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "./defaults.ts";
import { closeDescriptors, createDescriptors } from "./descriptors.ts";
import type { Notice } from "./notice.ts";
import { TraceSession } from "./session.ts";
import { Tracing } from "./tracing.ts";

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
  readonly mostPayload?: number;
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
type EventsOf<Pattern extends string> = Pattern extends string
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
  const { target, tracepoints = [], fields = null, ringSize = DEFAULT_RING_SIZE } = options;
  const descriptors = createDescriptors(ringSize);
  let session: TraceSession<EventsOf<Pattern> | Notice> | undefined;
  try {
    const tracing = new Tracing(
      {
        target: target?.toString(),
        patterns: tracepoints,
        fields,
        where: options.where ?? null,
        mostPayload: options.mostPayload,
      },
      descriptors,
      {
        onLayouts: (layouts) => session?.add(layouts),
        onNotice: (notice) => session?.tell(notice),
      },
    );
    session = new TraceSession(
      descriptors,
      {
        detach: async () => tracing.close(),
        cost: async () => tracing.cost(),
        close: () => closeDescriptors(descriptors),
      },
      options.latencyMs ?? DEFAULT_LATENCY_MS,
    );
    tracing.start();
    return session;
  } catch (error) {
    if (session) void session.close();
    else closeDescriptors(descriptors);
    throw error;
  }
}
