import { computed } from "@preact/signals";
import { type AppState, appStateOf } from "./app-state.ts";
import { connection, hello, status } from "./live.ts";

export const appState = computed<AppState>(() =>
  appStateOf({
    connection: connection.value,
    subject: hello.value?.subject.kind ?? null,
    status: status.value,
  }),
);

/** Whether nothing is traced yet, so that nothing is known about the node. */
export function isUntraced(): boolean {
  return appState.value.kind === "setup" || appState.value.kind === "waiting";
}
