/** What became of a tracepoint's events. */
export interface LossCounters {
  delivered: number;
  /** Found the ring buffer full. */
  lost: number;
  /** Delivered with a string or payload cut to the room it has. */
  truncated: number;
  /** Delivered with a field whose memory could not be read. */
  unreadable: number;
  /** Left out because of a limit that was asked for. */
  omitted: number;
  /** Left out because the query depends on an argument that cannot be read at their site. */
  undecided: number;
}

/** Of a tracepoint that had no event yet. */
export const NOTHING: Readonly<LossCounters> = {
  delivered: 0,
  lost: 0,
  truncated: 0,
  unreadable: 0,
  omitted: 0,
  undecided: 0,
};

/** What became of both together. */
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
