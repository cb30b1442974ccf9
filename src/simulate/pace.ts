/**
 * The mean intervals and durations of the simulation, in ms. Those of minutes are shortened, so a demo of a few minutes
 * shows everything: a block arrives every 45 s instead of 600 s, and has about a hundred transactions. Those of seconds
 * or less (round trips, announcements, validation) are real. The result is 20 to 60 events per second, with bursts of
 * hundreds at each block.
 */
export const PACE = {
  /** Minimum time between blocks, and before the first. */
  blockMin: 15_000,
  /** Mean additional time between blocks. */
  blockExtra: 30_000,
  /** A competing block replaces the tip. */
  reorganisation: 240_000,
  /** New transactions: normally, and during a flood of cheap ones. */
  payment: 420,
  floodedPayment: 60,
  flood: 150_000,
  floodLength: 15_000,
  /** A replacement raises the fee of a transaction in the mempool. */
  replacement: 7_000,
  /** A peer sends a transaction that the node rejects. */
  flawedPayment: 6_000,
  walletPayment: 25_000,
  ping: 20_000,
  addressGossip: 20_000,
  /** Delay that collects announcements before they are sent, like Core's delay for privacy. */
  outboundTrickle: 2_000,
  inboundTrickle: 5_000,
  inboundArrival: 6_000,
  inboundLife: 75_000,
  outboundLife: 300_000,
  feeler: 30_000,
  addressFetch: 100_000,
  misbehaviour: 60_000,
  /** Many connections of one network come and make the node evict others. */
  evictionWave: 600_000,
  evictionWaveLength: 60_000,
  evictionWaveArrival: 1_200,
  /** The disk or the CPU is busy with something else. */
  slowBlock: 420_000,
  stalledFlush: 900_000,
  periodicFlush: 120_000,
  pruneFlush: 240_000,
  /** A transaction that no peer delivered by then is discarded. */
  paymentForgotten: 90_000,
} as const;
