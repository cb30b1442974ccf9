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
  /** A pid, or the path of a pid file or a binary; by default the running node. */
  readonly target?: number | string;
  /** Names; `*` matches any text: `net:*_message`. */
  readonly tracepoints: readonly string[];
  /** A query that selects the events to count (docs/query.md). */
  readonly where?: string;
  /**
   * The fields to group by; by default `tracepoint`. An argument that is not in the contract can be given a type:
   * `arg0:string`.
   */
  readonly by?: readonly string[];
  /** Fields or terms such as `fee / vsize` to sum, or whose minimum and maximum to find. */
  readonly measures?: readonly MeasureRequest[];
  readonly histogram?: HistogramRequest;
  /** Maximum groups per tracepoint; by default 8192. */
  readonly room?: number;
}

/**
 * Counts events in the kernel, from this process, which needs CAP_BPF and CAP_PERFMON (root has them). No event is
 * delivered, so none is lost, and delivery does not slow the node.
 *
 * ```ts
 * const session = count({ tracepoints: ["net:*_message"], by: ["msg_type"] });
 * await setTimeout(10_000);
 * await session.stop();
 * for (const { key, count } of (await session.counts()).groups) console.log(key[0], count);
 * await session.close();
 * ```
 *
 * @throws CorelensError as `attach`; QUERY_SYNTAX, QUERY_TYPE or USAGE for a request that cannot be counted
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
