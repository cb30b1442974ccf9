import { effect, signal } from "@preact/signals";
import type { CountCommand, CountPart } from "../../src/dashboard/protocol/count.ts";
import type { PastPart, TailCommand, TailPart } from "../../src/dashboard/protocol/events.ts";
import type {
  ClientCommand,
  Hello,
  ServerMessage,
  ShowCommand,
  View,
} from "../../src/dashboard/protocol/messages.ts";
import type { PlaybackCommand, PlaybackState } from "../../src/dashboard/protocol/playback.ts";
import type { Problem, RequestProblem } from "../../src/dashboard/protocol/problem.ts";
import { type Shown, shownAfter } from "../../src/dashboard/protocol/shown.ts";
import { fromWire, toWire } from "../../src/dashboard/protocol/wire.ts";
import { type Excerpt, SCALES, type Scale } from "../../src/model/history.ts";
import type { Movement, PeerDetails } from "../../src/model/peers/peer.ts";
import type { Section, Sections } from "../../src/model/sections.ts";
import type { Status } from "../../src/model/status.ts";
import { joined } from "./excerpt.ts";
import { openRecording } from "./recording.ts";

/*
 * The connection to corelens. Messages of the server become signals. When a lost connection is restored, the page sends
 * its requests again.
 */

/** `gone` when the requested recording cannot be shown. */
export const connection = signal<"connecting" | "open" | "lost" | "gone">("connecting");
export const hello = signal<Hello | null>(null);
export const status = signal<Status | null>(null);
/** The position in a recording; null when the subject is live. */
export const playback = signal<PlaybackState | null>(null);
/** Whether viewers can switch tracepoints and follow peers. */
export const mayChangeSettings = signal(false);
/** Why the last query was refused; null when it runs. */
export const refusal = signal<RequestProblem | null>(null);
/** What is shown of the followed peer only; null until it is received. */
export const peerDetails = signal<PeerDetails | null>(null);
/** Why a recording cannot be shown; null when it can. */
export const gone = signal<Problem | null>(null);
const shown = signal<Shown | null>(null);
export const chart = signal<Excerpt | null>(null);

/** What a page shows; null until it is received. */
export function viewOf<Name extends Section>(section: Name): Sections[Name] | null {
  return shown.value?.section === section ? (shown.value.document.view as Sections[Name]) : null;
}

interface TailListener {
  readonly onPast: (part: PastPart) => void;
  readonly onTail: (part: TailPart) => void;
}
type CountListener = (part: CountPart) => void;
type MovementListener = (moved: readonly Movement[]) => void;
const NO_LISTENER: TailListener = { onPast: () => {}, onTail: () => {} };
let tailListener = NO_LISTENER;
let onCount: CountListener = () => {};
let onMovements: MovementListener = () => {};

let socket: WebSocket | null = null;
let show: ShowCommand | null = null;
let tail: TailCommand | null = null;
let count: CountCommand | null = null;
let attempts = 0;
let retry: ReturnType<typeof setTimeout>;
/** The recording of the connection, null for the live subject; undefined before the first connection. */
let connected: string | null | undefined;
let length: number = SCALES["5m"].length;

/** @param section null shows the status only */
export function showSection(section: Section | null, scale: Scale): void {
  if (show?.section === section && show.scale === scale) return;
  show = { section, scale };
  length = SCALES[scale].length;
  chart.value = null;
  send({ show });
}

/** Passes recent and new events that match to the listener; null ends it. */
export function follow(command: TailCommand | null, listener = NO_LISTENER): void {
  tail = command;
  tailListener = listener;
  refusal.value = null;
  peerDetails.value = null;
  send({ tail });
}

/** Passes the state of a count to the listener repeatedly; null ends it. */
export function followCount(
  command: CountCommand | null,
  listener: CountListener = () => {},
): void {
  count = command;
  onCount = listener;
  refusal.value = null;
  send({ count });
}

/** Changes the playback of the recording for all viewers. */
export function play(command: PlaybackCommand): void {
  send({ play: command });
}

/** Enables or disables a tracepoint for all viewers. */
export function switchTracepoint(tracepoint: string, isOn: boolean): void {
  send({ switch: { tracepoint, isOn } });
}

export function watchMovements(listener: MovementListener | null): void {
  onMovements = listener ?? (() => {});
}

/** Connects to the subject in the address, and connects again when the address names another subject. */
export function connect(): void {
  effect(() => {
    const id = openRecording();
    if (id === connected) return;
    disconnect();
    open(id);
  });
}

function disconnect(): void {
  clearTimeout(retry);
  if (socket) {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }
  attempts = 0;
  for (const part of [hello, status, playback, shown, chart, gone]) part.value = null;
}

function open(id: string | null): void {
  connected = id;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const query = id === null ? "" : `?recording=${encodeURIComponent(id)}`;
  socket = new WebSocket(`${scheme}://${location.host}/api/live${query}`);
  if (connection.peek() !== "lost") connection.value = "connecting";
  socket.onopen = () => {
    attempts = 0;
    connection.value = "open";
    chart.value = null;
    send({ ...(show && { show }), ...(tail && { tail }), ...(count && { count }) });
  };
  socket.onmessage = ({ data }) => receive(fromWire(JSON.parse(String(data))) as ServerMessage);
  socket.onclose = () => {
    socket = null;
    if (gone.value) return;
    connection.value = "lost";
    retry = setTimeout(() => open(id), Math.min(5000, 250 * 2 ** attempts++));
  };
}

// A hidden page needs no views.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) send({ show: null });
  else if (show) send({ show });
});

function send(command: ClientCommand): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(toWire(command)));
}

function receive(message: ServerMessage): void {
  switch (message.type) {
    case "hello":
      hello.value = message;
      return;
    case "refused":
      refusal.value = message;
      return;
    case "gone":
      gone.value = message;
      connection.value = "gone";
      return;
    case "past":
      tailListener.onPast(message);
      return;
    case "tail":
      tailListener.onTail(message);
      if (message.details) peerDetails.value = message.details;
      return;
    case "count":
      onCount(message);
      return;
    case "movements":
      onMovements(message.moved);
      return;
    case "view":
      receiveView(message);
  }
}

function receiveView(view: View): void {
  if (view.section !== show?.section) return;
  const after = shownAfter(shown.peek(), view);
  shown.value = after;
  if (after === null) {
    // The whole document comes next.
    chart.value = null;
    send({ show });
    return;
  }
  const { document } = after;
  status.value = document.status;
  playback.value = document.playback;
  mayChangeSettings.value = document.mayChangeSettings;
  if (view.chart) {
    const before = view.isWholeChart ? null : chart.value;
    chart.value = before ? joined(before, view.chart, length) : view.chart;
  }
}
