import "./notices.css";
import { clock } from "../format.ts";
import { connection, hello } from "../live.ts";
import { appState } from "../state.ts";
import { Mark } from "./mark.tsx";

/** Facts that apply to everything on the page: a lost connection, an ended node, the source of the events. */
export function Notices() {
  const state = appState.value;
  const isNodeGone = state.kind === "stale" && state.ended === "node";
  const note = hello.value?.subject.note;
  return (
    <div role="status">
      {connection.value === "lost" && (
        <p class="notice problem">
          <Mark status="problem" /> corelens does not respond; reconnecting.
          {state.kind === "stale" && ` The page shows the state of ${clock(state.asOf)}.`}
        </p>
      )}
      {isNodeGone && (
        <p class="notice warning">
          <Mark status="warning" /> The node ended at {clock(state.asOf)}. The page shows the state
          of that time.
        </p>
      )}
      {note && (
        <p class="notice">
          <Mark status="unknown" /> {note}
        </p>
      )}
    </div>
  );
}
