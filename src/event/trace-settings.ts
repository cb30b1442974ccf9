/*
 * What whoever looks at a running trace may change of it, and nothing else: they may be a browser's reader, and their
 * wish came through the process that decodes what strangers sent.
 */

export interface TraceSettings {
  /** Names of tracepoints that are not traced for now: passing them costs the node nothing then. */
  readonly off: readonly string[];
  /** Ids of peers whose messages are wanted whole, with their payloads. */
  readonly peers: readonly number[];
}

export const DEFAULT_SETTINGS: TraceSettings = { off: [], peers: [] };

const MAX_OFF = 200;
const LONGEST_NAME = 200;
/** Programs compare with each, and a payload costs the node far more than the rest of a message. */
export const MAX_PEERS_FOLLOWED = 8;

/** The steering that a message holds; null for anything else. */
export function parseTraceSettings(json: unknown): TraceSettings | null {
  const { off, peers } = (json ?? {}) as Record<string, unknown>;
  const isName = (name: unknown): name is string =>
    typeof name === "string" && name.length <= LONGEST_NAME;
  const isPeer = (id: unknown): id is number => Number.isSafeInteger(id) && Number(id) >= 0;
  if (!Array.isArray(off) || off.length > MAX_OFF || !off.every(isName)) return null;
  if (!Array.isArray(peers) || peers.length > MAX_PEERS_FOLLOWED) return null;
  return peers.every(isPeer) ? { off: [...off], peers: [...peers] } : null;
}
