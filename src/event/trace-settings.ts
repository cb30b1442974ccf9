/*
 * The only settings that a viewer can change in a running trace. They may come from a browser, through the process that
 * decodes untrusted data.
 */

export interface TraceSettings {
  /** Names of disabled tracepoints, which cost the node nothing. */
  readonly off: readonly string[];
  /** Ids of peers whose messages have payloads. */
  readonly peers: readonly number[];
}

export const DEFAULT_SETTINGS: TraceSettings = { off: [], peers: [] };

const MAX_OFF = 200;
const MAX_NAME_LENGTH = 200;
/** Programs compare each message with every id, and a payload costs far more than the rest of a message. */
export const MAX_PEERS_FOLLOWED = 8;

/** Parses the settings in a message; null if it is invalid. */
export function parseTraceSettings(json: unknown): TraceSettings | null {
  const { off, peers } = (json ?? {}) as Record<string, unknown>;
  const isName = (name: unknown): name is string =>
    typeof name === "string" && name.length <= MAX_NAME_LENGTH;
  const isPeer = (id: unknown): id is number => Number.isSafeInteger(id) && Number(id) >= 0;
  if (!Array.isArray(off) || off.length > MAX_OFF || !off.every(isName)) return null;
  if (!Array.isArray(peers) || peers.length > MAX_PEERS_FOLLOWED) return null;
  return peers.every(isPeer) ? { off: [...off], peers: [...peers] } : null;
}
