/**
 * How fast the simulated node lives, in ms. What takes minutes in Bitcoin is shortened so that a demo of a few
 * minutes shows everything: a block comes every 45 s instead of 600 s, and carries a hundred transactions. What takes
 * seconds or less (round trips, announcements, validation) has its real pace. The result is 20 to 60 events
 * a second with bursts of hundreds at each block.
 */
export const PACE = {
  /** Blocks are never closer than this, which is also when the first comes. */
  blockAtLeast: 15_000,
  /** What lies between them beyond that, on average. */
  blockBeyond: 30_000,
  /** A competing block replaces the tip. */
  reorganisation: 240_000,
  /** New transactions, and while the network is flooded with cheap ones. */
  payment: 420,
  floodedPayment: 60,
  flood: 150_000,
  floodLength: 15_000,
  /** Someone raises the fee of a transaction in the mempool. */
  replacement: 7_000,
  /** Someone sends a transaction that the node's rules forbid. */
  flawedPayment: 6_000,
  walletPayment: 25_000,
  ping: 20_000,
  addressGossip: 20_000,
  /** Announcements gather for so long before they are sent, as Core does it for privacy. */
  outboundTrickle: 2_000,
  inboundTrickle: 5_000,
  inboundArrival: 6_000,
  inboundLife: 75_000,
  outboundLife: 300_000,
  feeler: 30_000,
  addressFetch: 100_000,
  misbehaviour: 60_000,
  periodicFlush: 120_000,
  pruneFlush: 240_000,
  /** What no peer delivered by then is forgotten. */
  paymentForgotten: 90_000,
} as const;
