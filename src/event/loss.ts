/** Counts a tracepoint's events by their outcome. */
export interface LossCounters {
  delivered: number;
  /** Lost because the ring buffer was full. */
  lost: number;
  /** Delivered with a truncated string or payload. */
  truncated: number;
  /** Delivered with a field whose memory could not be read. */
  unreadable: number;
  /** Omitted by --sample or --rate. */
  omitted: number;
  /** Omitted because the query depends on an argument that is unreadable at their site. */
  undecided: number;
}

/** The counters of a tracepoint without events. */
export const NOTHING: Readonly<LossCounters> = {
  delivered: 0,
  lost: 0,
  truncated: 0,
  unreadable: 0,
  omitted: 0,
  undecided: 0,
};

/** The sum of both. */
export function added(a: LossCounters, b: LossCounters): LossCounters {
  return {
    delivered: a.delivered + b.delivered,
    lost: a.lost + b.lost,
    truncated: a.truncated + b.truncated,
    unreadable: a.unreadable + b.unreadable,
    omitted: a.omitted + b.omitted,
    undecided: a.undecided + b.undecided,
  };
}

/** The sum over all tracepoints. */
export function sumOf(tallies: ReadonlyMap<string, LossCounters>): LossCounters {
  return [...tallies.values()].reduce(added, NOTHING);
}

/** How often the node passed the tracepoints. */
export function hitsOf({ delivered, lost, omitted, undecided }: LossCounters): number {
  return delivered + lost + omitted + undecided;
}
