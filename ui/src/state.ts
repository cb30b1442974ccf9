import { computed } from "@preact/signals";
import { connection, gone, hello, status } from "./live.ts";

/**
 * What the whole dashboard is doing. Every page asks this, so that none says of the node what is only so because nothing
 * is traced.
 *
 *     connecting ─┬─► setup      something that tracing needs is missing
 *                 ├─► waiting ─► live ─► stale ─► live
 *                 ├─► recording
 *                 └─► gone       the recording that was asked for is not there
 */
export type AppState =
  | { readonly kind: "connecting" | "setup" | "waiting" | "live" | "recording" | "gone" }
  | {
      readonly kind: "stale";
      /** What is shown was so then, in ms since the epoch. */
      readonly asOf: number;
      /** What ended: the node, or the connection to corelens. */
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
  // What is waited for without trouble is being attached to.
  return { kind: trouble ? "waiting" : "connecting" };
});

/** Whether nothing is traced yet, so that nothing can be said of the node. */
export function isUntraced(): boolean {
  return appState.value.kind === "setup" || appState.value.kind === "waiting";
}
