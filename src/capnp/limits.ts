/**
 * Limits of the work that a peer can cause in this process. They equal the defaults of the C++ library: this side reads
 * all messages that the library reads, and sends none that the library refuses.
 */
export const LIMITS = {
  /** Maximum bytes of a message, and of the objects read from it. An object that is read twice counts twice. */
  messageBytes: 64 * 2 ** 20,
  /** Maximum segments of a message. */
  segments: 512,
  /** Maximum pointers on the path to an object. */
  nesting: 64,
} as const;
