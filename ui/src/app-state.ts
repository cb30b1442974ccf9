import type { Subject } from "../../src/dashboard/protocol/messages.ts";
import type { Status } from "../../src/model/status.ts";

/**
 * The state of the whole dashboard. Pages use it so that missing data is not shown as a fact about the node.
 *
 *     connecting ─┬─► setup      something that tracing needs is missing
 *                 ├─► waiting ─► live ─► stale ─► live
 *                 ├─► recording
 *                 └─► gone       the requested recording cannot be shown
 */
export type AppState =
  | { readonly kind: "connecting" | "setup" | "waiting" | "live" | "recording" | "gone" }
  | {
      readonly kind: "stale";
      /** Time of the data that is shown, in ms since the epoch. */
      readonly asOf: number;
      /** What ended: the node or the connection to corelens. */
      readonly ended: "node" | "corelens";
    };

/** What the connection to corelens has received so far. */
export interface Received {
  readonly connection: "connecting" | "open" | "lost" | "gone";
  readonly subject: Subject["kind"] | null;
  readonly status: Pick<Status, "now" | "stream" | "obstacle"> | null;
}

export function appStateOf({ connection, subject, status }: Received): AppState {
  if (connection === "gone") return { kind: "gone" };
  if (status === null) return { kind: "connecting" };
  if (connection === "lost") return { kind: "stale", asOf: status.now, ended: "corelens" };
  if (subject === "recording") return { kind: "recording" };
  if (status.obstacle) return { kind: "setup" };
  const { state, since, error } = status.stream;
  if (state === "ended") return { kind: "stale", asOf: since, ended: "node" };
  if (state === "attached") return { kind: "live" };
  // Without a problem, attaching is in progress.
  return { kind: error ? "waiting" : "connecting" };
}
