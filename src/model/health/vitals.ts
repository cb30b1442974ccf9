import type { Reorganisation } from "../chain/reorganisation.ts";
import type { NodeReport } from "../node-report.ts";
import type { StreamView } from "../stream.ts";
import type { CostView } from "../tracepoints.ts";

/** One finding about the node for its operator, in a sentence. */
export interface HealthFinding {
  readonly status: "ok" | "unknown" | "warning" | "problem";
  readonly topic: string;
  readonly message: string;
  /** What the operator can do; null when no action is needed. */
  readonly cure: string | null;
}

/** The input of all health checks. */
export interface Vitals {
  /** Ms since the epoch. */
  readonly now: number;
  readonly stream: StreamView;
  /** Why tracing is impossible here; null when it is possible. */
  readonly obstacle: { readonly message: string; readonly cure: string } | null;
  readonly peers: ReadonlyMap<string, number>;
  /** Whether any tracepoint of this context is traced. */
  readonly has: (context: string) => boolean;
  readonly lastBlock: {
    readonly time: number;
    readonly height: number | null;
    readonly duration_ns: number | null;
  } | null;
  /** The most recent one; null before the first. */
  readonly reorganisation: Reorganisation | null;
  readonly eventRate: number;
  /** Blocks connected per second, over the last minute. */
  readonly blockRate: number;
  /** Transactions per second: net growth of the mempool, and additions to it. */
  readonly mempool: { readonly growth: number; readonly addedRate: number };
  /** Number of tracepoints that a viewer has disabled. */
  readonly off: number;
  readonly delivered: number;
  readonly lost: number;
  readonly flawed: number;
  readonly cost: CostView | null;
  readonly flushMs: number | null;
  readonly report: NodeReport | null;
  /** Why history is only in memory, although it should be kept; null when all is well. */
  readonly notKept: { readonly message: string; readonly cure: string } | null;
  /** Why the last hours are not recorded, although they should be; null when all is well. */
  readonly notRecorded: { readonly message: string; readonly cure: string } | null;
}
