import type { Problem } from "../../errors.ts";
import type { CallbackName } from "./callbacks.ts";
import type { RawIpcEvent } from "./events.ts";

/** The messages between the guard process and its parent. */

export type ToGuard =
  /** Carries the connection to the node as a handle. */
  | {
      readonly type: "begin";
      readonly path: string;
      readonly callbacks: readonly CallbackName[];
    }
  /** The parent has consumed this number of events. */
  | { readonly type: "taken"; readonly events: number }
  /** Deregister and end. */
  | { readonly type: "stop" };

export type FromGuard =
  /** The guard is running and waits for the connection to the node. */
  | { readonly type: "ready" }
  /** The number of event kinds that the node reports from now on. */
  | { readonly type: "registered"; readonly kinds: number }
  /** This callback is registered once the node has finished its initial block download. */
  | { readonly type: "waiting"; readonly callback: CallbackName }
  | {
      readonly type: "events";
      readonly events: readonly RawIpcEvent[];
      /** Events that were dropped because the parent was too slow, by name. */
      readonly lost: Readonly<Record<string, number>>;
      readonly pace: Pace;
    }
  | (Problem & { readonly type: "failed" })
  /** No callback is registered any more. */
  | { readonly type: "ended"; readonly reason: string };

/** The reason for a normal end. */
export const NODE_STOPS = "the node shuts down";

/** The rate of consecutive coin events: the node's thread waits this long for each. */
export interface Pace {
  readonly coins: number;
  readonly nanoseconds: number;
}
