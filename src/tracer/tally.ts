/** What became of a tracepoint's events. */
export interface Tally {
  delivered: number;
  /** Found the ring buffer full. */
  lost: number;
  /** Delivered with a string or payload cut to the room it has. */
  truncated: number;
  /** Delivered with a field whose memory could not be read. */
  unreadable: number;
  /** Left out because of a limit that was asked for. */
  leftOut: number;
  /** Left out because the query depends on an argument that cannot be read at their site. */
  undecided: number;
}

/** Of a tracepoint that had no event yet. */
export const NOTHING: Readonly<Tally> = {
  delivered: 0,
  lost: 0,
  truncated: 0,
  unreadable: 0,
  leftOut: 0,
  undecided: 0,
};

/** What became of both together. */
export function added(a: Tally, b: Tally): Tally {
  return {
    delivered: a.delivered + b.delivered,
    lost: a.lost + b.lost,
    truncated: a.truncated + b.truncated,
    unreadable: a.unreadable + b.unreadable,
    leftOut: a.leftOut + b.leftOut,
    undecided: a.undecided + b.undecided,
  };
}
