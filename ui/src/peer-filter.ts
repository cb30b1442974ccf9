import { type PeerTest, parsePeerFilter, QueryError } from "../../src/model/peers/peer-filter.ts";

/** Links made before 2026-12 call the network of private addresses `local`. */
const FORMER_NETWORK = /(\bnetwork\s*[=!]=\s*)(["'])local\2/g;

interface ReadFilter {
  /** Null when every peer passes. */
  readonly test: PeerTest | null;
  readonly refusal: QueryError | null;
}

export function readFilter(text: string): ReadFilter {
  if (text.trim() === "") return { test: null, refusal: null };
  try {
    return {
      test: parsePeerFilter(text.replace(FORMER_NETWORK, "$1$2unroutable$2")),
      refusal: null,
    };
  } catch (error) {
    if (error instanceof QueryError) return { test: null, refusal: error };
    throw error;
  }
}
