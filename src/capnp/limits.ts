/**
 * What a peer may make this process do. The values are those of the C++ library's defaults, so that whatever it would
 * read is read here and whatever it would refuse is not sent.
 */
export const LIMITS = {
  /** Bytes of a message, and words that reading it may touch: shared parts of it count each time they are reached. */
  messageBytes: 64 * 2 ** 20,
  /** Segments of a message. */
  segments: 512,
  /** Pointers that lead on from each other. */
  nesting: 64,
} as const;
