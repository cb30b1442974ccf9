import { effect, signal } from "@preact/signals";
import type { CountAsked, CountPart } from "../../src/dashboard/counter.ts";
import type { Subject } from "../../src/dashboard/dashboard.ts";
import type { PlaybackCommand, PlaybackState } from "../../src/dashboard/playback.ts";
import type { RequestProblem } from "../../src/dashboard/request-problem.ts";
import type { Problem } from "../../src/errors.ts";
import { type Excerpt, SCALES, type Scale } from "../../src/model/history.ts";
import type { Section, Sections, Status } from "../../src/model/node-model.ts";
import type { Movement } from "../../src/model/peers/peers.ts";
import { lookedAt } from "./recording.ts";

/*
 * The connection to corelens: what the server sends becomes signals, what a page wants is sent again whenever the
 * connection comes back.
 */

export interface Hello {
  readonly version: string;
  readonly isPrivate: boolean;
  readonly subject: Subject;
}

/** An event as JSON has it. */
export type TailEvent = Readonly<Record<string, unknown>> & {
  readonly tracepoint: string;
  readonly time: number;
};

export interface TailCommand {
  readonly tracepoints: readonly string[];
  readonly where: string | null;
  /** The peer whose messages are wanted whole. */
  readonly peer?: number;
}

/** What passed the wish before it was asked. */
export interface PastMessage {
  /** Newest first. */
  readonly events: readonly TailEvent[];
  /** How many passed it so far; more than are shown. */
  readonly matched: number;
  /** How far back was looked, in ms since the epoch; null while nothing was there to look at. */
  readonly from: number | null;
  readonly to: number;
  /** Whether all was looked at. */
  readonly isWhole: boolean;
  /** Whether it is the first of the wish: the connection may have come back. */
  readonly isFirst: boolean;
}

interface TailMessage {
  readonly counts: {
    readonly matched: number;
    readonly skipped: number;
    readonly untested: number;
  };
  readonly events: readonly TailEvent[];
}

/** `gone` when the recording that is asked for is not there. */
export const connection = signal<"connecting" | "open" | "lost" | "gone">("connecting");
export const hello = signal<Hello | null>(null);
export const status = signal<Status | null>(null);
/** Where a recording is; null when what is shown is live. */
export const playback = signal<PlaybackState | null>(null);
/** Whether who looks may switch tracepoints and follow peers. */
export const isSteerable = signal(false);
export const refusal = signal<RequestProblem | null>(null);
/** Why a recording cannot be shown; null when it can. */
export const gone = signal<Problem | null>(null);
const shown = signal<{ readonly section: Section; readonly view: unknown } | null>(null);
export const chart = signal<Excerpt | null>(null);

/** What a page shows; null until it came. */
export function viewOf<Name extends Section>(section: Name): Sections[Name] | null {
  return shown.value?.section === section ? (shown.value.view as Sections[Name]) : null;
}

interface TailListener {
  readonly onPast: (part: PastMessage) => void;
  readonly onTail: (part: TailMessage) => void;
}
type CountListener = (part: CountPart) => void;
type MovementListener = (moved: readonly Movement[]) => void;
const NOBODY: TailListener = { onPast: () => {}, onTail: () => {} };
let tailListener = NOBODY;
let onCount: CountListener = () => {};
let onMovements: MovementListener = () => {};

let socket: WebSocket | null = null;
let show: { section: Section; scale: Scale } | null = null;
let tail: TailCommand | null = null;
let count: CountAsked | null = null;
let attempts = 0;
let retry: ReturnType<typeof setTimeout>;
/** What the connection is to; undefined before the first. */
let connected: string | null | undefined;
let length: number = SCALES["5m"].length;

export function showSection(section: Section, scale: Scale): void {
  if (show?.section === section && show.scale === scale) return;
  show = { section, scale };
  length = SCALES[scale].length;
  chart.value = null;
  send({ show });
}

/** Lets events that pass the wish come to the listener, those that happened lately first; null ends it. */
export function follow(wish: TailCommand | null, listener = NOBODY): void {
  tail = wish;
  tailListener = listener;
  refusal.value = null;
  send({ tail });
}

/** Lets what was counted come to the listener, again and again; null ends it. */
export function followCount(wish: CountAsked | null, listener: CountListener = () => {}): void {
  count = wish;
  onCount = listener;
  refusal.value = null;
  send({ count });
}

/** Plays the recording otherwise, for everybody who looks at it. */
export function play(wish: PlaybackCommand): void {
  send({ play: wish });
}

/** Lets a tracepoint be traced or not, for everybody who looks. */
export function switchTracepoint(tracepoint: string, isOn: boolean): void {
  send({ switch: { tracepoint, isOn } });
}

export function watchMovements(listener: MovementListener | null): void {
  onMovements = listener ?? (() => {});
}

/** Connects to what is looked at, and to something else when that is looked at. */
export function connect(): void {
  effect(() => {
    const id = lookedAt();
    if (id === connected) return;
    leave();
    open(id);
  });
}

function leave(): void {
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
  socket.onmessage = ({ data }) => receive(JSON.parse(String(data)) as Message);
  socket.onclose = () => {
    socket = null;
    if (gone.value) return;
    connection.value = "lost";
    retry = setTimeout(() => open(id), Math.min(5000, 250 * 2 ** attempts++));
  };
}

// What nobody sees is not sent.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) send({ show: null });
  else if (show) send({ show });
});

function send(wish: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(wish));
}

type Message =
  | ({ readonly type: "hello" } & Hello)
  | ({ readonly type: "refused" } & RequestProblem)
  | ({ readonly type: "gone" } & Problem)
  | ({ readonly type: "past" } & PastMessage)
  | ({ readonly type: "tail" } & TailMessage)
  | ({ readonly type: "count" } & CountPart)
  | { readonly type: "movements"; readonly moved: readonly Movement[] }
  | {
      readonly type: "view";
      readonly section: Section;
      readonly status: Status;
      readonly view: unknown;
      readonly playback: PlaybackState | null;
      readonly isSteerable: boolean;
      readonly whole?: boolean;
      readonly chart?: Excerpt;
    };

function receive(message: Message): void {
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
      return;
    case "count":
      onCount(message);
      return;
    case "movements":
      onMovements(message.moved);
      return;
    case "view": {
      status.value = message.status;
      playback.value = message.playback;
      isSteerable.value = message.isSteerable;
      if (message.section !== show?.section) return;
      shown.value = { section: message.section, view: message.view };
      if (message.chart) {
        const before = message.whole ? null : chart.value;
        chart.value = before ? joined(before, message.chart) : message.chart;
      }
    }
  }
}

/** What is known, and what came since. */
function joined(before: Excerpt, after: Excerpt): Excerpt {
  const total = before.length + after.length;
  const cut = Math.max(0, total - length);
  const columns: Record<string, readonly number[]> = {};
  for (const name of new Set([...Object.keys(before.columns), ...Object.keys(after.columns)])) {
    const whole = [
      ...(before.columns[name] ?? zeros(before.length)),
      ...(after.columns[name] ?? zeros(after.length)),
    ];
    columns[name] = whole.slice(cut);
  }
  const { step, running } = after;
  return { begin: before.begin + cut * step, step, length: total - cut, columns, running };
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
