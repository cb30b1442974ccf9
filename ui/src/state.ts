import { computed } from "@preact/signals";
import { connection, gone, hello, status } from "./live.ts";

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

export const appState = computed<AppState>(() => {
  if (gone.value) return { kind: "gone" };
  const now = status.value;
  if (now === null) return { kind: "connecting" };
  if (connection.value === "lost") return { kind: "stale", asOf: now.now, ended: "corelens" };
  if (hello.value?.subject.kind === "recording") return { kind: "recording" };
  if (now.obstacle) return { kind: "setup" };
  const { state, since, trouble } = now.stream;
  if (state === "ended") return { kind: "stale", asOf: since, ended: "node" };
  if (state === "attached") return { kind: "live" };
  // Without a problem, attaching is in progress.
  return { kind: trouble ? "waiting" : "connecting" };
});

/** Whether nothing is traced yet, so that nothing is known about the node. */
export function isUntraced(): boolean {
  return appState.value.kind === "setup" || appState.value.kind === "waiting";
}
