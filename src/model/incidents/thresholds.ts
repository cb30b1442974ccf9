/*
 * Numbers from which something is an incident. The table of kinds explains them; the node's health uses some of them.
 */

const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;

export const REORGANISATION = { warningBlocks: 2, alarmBlocks: 3 } as const;

export const SLOW_BLOCK = {
  /** Times the median of the blocks before, */
  times: 5,
  /** and at least this long. */
  leastMs: SECOND_MS,
  /** With this duration it is a warning, whatever the other blocks took. */
  warningMs: 5 * SECOND_MS,
  /** Blocks that it is compared with. */
  compared: 40,
  leastCompared: 10,
} as const;

export const STALE_TIP = {
  infoMs: 60 * MINUTE_MS,
  warningMs: 120 * MINUTE_MS,
  alarmMs: 180 * MINUTE_MS,
  /** How often the sentence of one that goes on is renewed. */
  renewalMs: 10 * MINUTE_MS,
} as const;

export const FLUSH_STALL = { infoMs: 5 * SECOND_MS, warningMs: 30 * SECOND_MS } as const;

export const EVICTION_WAVE = {
  windowMs: 5 * MINUTE_MS,
  /** Evictions within the window that begin a wave. */
  begin: 25,
  /** With fewer, it is over: a node with full slots evicts up to three a minute. */
  end: 15,
} as const;

/** A wave of losses is over after this time without one. */
export const LOSS_PAUSE_MS = 60 * SECOND_MS;

/** So many of a kind within `GROUP_MS` are a warning, where one is not. */
export const MISBEHAVIOUR_CROWD = 10;

/** Incidents of a kind within this time of the first are a group, */
export const GROUP_MS = 10 * MINUTE_MS;
/** of which so many are listed; the others are counted in the last one. */
export const GROUP_LISTED = 3;
