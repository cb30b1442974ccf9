import "./network.css";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { counted } from "../../../src/text/counted.ts";
import { byFamily, colourOf } from "../colours.ts";
import { clock, count, printable } from "../format.ts";
import { viewOf, watchMovements } from "../live.ts";
import { Choice } from "../parts/choice.tsx";
import { FlowCanvas } from "../parts/flow-canvas.ts";
import { TypeName } from "../parts/mark.tsx";
import { Absent, Panel, Waiting } from "../parts/panel.tsx";
import type { Grouping } from "../parts/ring.ts";
import { choose, chosen, open } from "../route.ts";
import { appState } from "../state.ts";
import { theme } from "../theme.ts";

const GROUPINGS: readonly (readonly [Grouping, string])[] = [
  ["type", "by connection"],
  ["network", "by network"],
];

/** The reason why no peer is drawn. */
function noneText(): string {
  const state = appState.value;
  return state.kind === "stale" && state.ended === "node"
    ? `No peer is connected: the node ended at ${clock(state.asOf)}.`
    : "No peer has been seen yet.";
}

export function Network() {
  const view = viewOf("network");
  const element = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<FlowCanvas | null>(null);
  const seen = useSignal<readonly string[]>([]);
  const reached = useSignal("");
  const type = chosen("type");
  const grouping: Grouping = chosen("group") === "network" ? "network" : "type";
  const peers = view?.peers ?? [];
  const isEmpty = peers.every(({ closed }) => closed);

  useEffect(() => {
    if (!element.current) return;
    const drawing = new FlowCanvas(element.current);
    canvas.current = drawing;
    watchMovements((moved) => {
      drawing.move(moved);
      const types = new Set([...seen.peek(), ...moved.map(([, name]) => name)]);
      if (types.size > seen.peek().length) seen.value = [...types].sort(byFamily);
    });
    return () => {
      watchMovements(null);
      drawing.close();
    };
  }, [isEmpty]);
  useEffect(() => canvas.current?.show(peers, grouping), [view, grouping]);
  useEffect(() => canvas.current?.recolour(), [theme.value]);
  useEffect(() => {
    if (canvas.current) canvas.current.type = type;
  }, [type, isEmpty]);

  if (!view) return <Waiting />;
  if (isEmpty) return <Absent>{noneText()}</Absent>;
  const connected = peers.filter(({ closed }) => !closed);
  const inbound = connected.filter(({ connectionType }) => connectionType === "inbound").length;
  const label = `The node and ${counted(connected.length, "peer")}, ${inbound} of them inbound; moving dots are messages. Arrow keys select a peer, Enter opens it.`;
  const follow = (id: number | null | undefined): void => {
    if (id == null) return;
    open({ peer: String(id) }, "/peers");
    scrollTo(0, 0);
  };
  return (
    <Panel
      title="Messages between the node and its peers"
      span={12}
      aside={
        <Choice
          label="Group peers"
          options={GROUPINGS}
          value={grouping}
          onChoose={(name) => choose("group", name === "type" ? null : name)}
        />
      }
    >
      <fieldset class="chips">
        <legend class="hidden">Message types to show</legend>
        <button type="button" aria-pressed={type === null} onClick={() => choose("type", null)}>
          all
        </button>
        {seen.value.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={type === name}
            onClick={() => choose("type", type === name ? null : name)}
          >
            <TypeName type={printable(name)} colour={colourOf(name)} />
          </button>
        ))}
      </fieldset>
      <div class="network">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the drawing takes keys */}
        <canvas
          ref={element}
          role="application"
          tabIndex={0}
          aria-label={label}
          onClick={(event) => follow(canvas.current?.peerAt(event))}
          onKeyDown={({ key }) => {
            if (key === "Enter") follow(canvas.current?.reached);
            if (key !== "ArrowLeft" && key !== "ArrowRight") return;
            reached.value = canvas.current?.step(key === "ArrowRight" ? 1 : -1) ?? "";
          }}
        />
      </div>
      <p class="hidden" role="status">
        {reached.value}
      </p>
      <p class="key">
        {count(connected.length - inbound)} outbound ● {count(inbound)} inbound ○. A dot is one
        message, a larger dot several. To read a peer's messages, click it, or select it with ← →
        and press Enter. The page Peers lists all peers.
      </p>
    </Panel>
  );
}
