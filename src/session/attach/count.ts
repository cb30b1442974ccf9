import {
  BY_TRACEPOINT,
  DEFAULT_ROOM,
  type HistogramRequest,
  type MeasureRequest,
  parseBy,
} from "../../counting/count-request.ts";
import { CountSession } from "./count-session.ts";
import { IDLE_LATENCY_MS, IDLE_RING_SIZE } from "./defaults.ts";
import { openSession } from "./open-session.ts";

/** What to count, and how. */
export interface CountOptions {
  /** A pid, the path of a pid file or of a binary; the running node is searched for when left out. */
  readonly target?: number | string;
  /** Names, in which `*` stands for any text: `net:*_message`. */
  readonly tracepoints: readonly string[];
  /** A query that events have to pass to be counted (docs/query.md). */
  readonly where?: string;
  /**
   * Fields whose values tell groups apart, or `tracepoint`, which it is when left out. A field that the contract does
   * not know can be given a type: `arg0:string`.
   */
  readonly by?: readonly string[];
  /** Fields or terms such as `fee / vsize`, of which sums, or the least and the greatest, are wanted. */
  readonly measures?: readonly MeasureRequest[];
  readonly histogram?: HistogramRequest;
  /** For how many groups of a tracepoint there is room; 8192 when left out. */
  readonly room?: number;
}

/**
 * Counts events in the kernel, from this process, which needs CAP_BPF and CAP_PERFMON (root has them). The node is not
 * slowed by delivering them, and none is lost.
 *
 * ```ts
 * const session = count({ tracepoints: ["net:*_message"], by: ["msg_type"] });
 * await setTimeout(10_000);
 * await session.stop();
 * for (const { key, count } of (await session.counts()).groups) console.log(key[0], count);
 * await session.close();
 * ```
 *
 * @throws CorelensError as `attach`; QUERY_SYNTAX, QUERY_TYPE, USAGE for what cannot be counted
 */
export function count(options: CountOptions): CountSession {
  const { target, tracepoints, where = null, by = [BY_TRACEPOINT] } = options;
  const { measures = [], histogram = null, room = DEFAULT_ROOM } = options;
  const request = { patterns: tracepoints, where, ...parseBy(by), measures, histogram, room };
  const session = openSession(
    { target: target?.toString(), events: null, counts: [request] },
    IDLE_RING_SIZE,
    IDLE_LATENCY_MS,
  );
  return new CountSession(session, request.by);
}
