import type { Problem } from "../../errors.ts";
import type { CallbackName } from "./callbacks.ts";
import type { RawIpcEvent } from "./events.ts";

/** What the guard process and the one it works for tell each other. */

export type ToGuard =
  /** With the connection to the node as a handle. */
  | {
      readonly type: "begin";
      readonly path: string;
      readonly callbacks: readonly CallbackName[];
    }
  /** So many events were consumed. */
  | { readonly type: "taken"; readonly events: number }
  /** Deregister and end. */
  | { readonly type: "stop" };

export type FromGuard =
  /** It runs, and waits for the connection to the node. */
  | { readonly type: "ready" }
  /** The node calls back, or tells of its tip, for so many kinds of events now. */
  | { readonly type: "registered"; readonly kinds: number }
  /** Its callbacks are registered once the node has the chain. */
  | { readonly type: "waiting"; readonly callback: CallbackName }
  | {
      readonly type: "events";
      readonly events: readonly RawIpcEvent[];
      /** Events that nobody took in time, by name. */
      readonly lost: Readonly<Record<string, number>>;
      readonly pace: Pace;
    }
  | (Problem & { readonly type: "failed" })
  /** Nothing is registered any more. */
  | { readonly type: "ended"; readonly reason: string };

/** The reason to end that is not worth a word: the node tells itself. */
export const NODE_STOPS = "the node shuts down";

/** How fast coins follow each other while they come without a pause: what the node's thread waits for each. */
export interface Pace {
  readonly coins: number;
  readonly nanoseconds: number;
}
