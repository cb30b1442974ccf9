import type { Excerpt, Scale } from "../../model/history.ts";
import type { Movement } from "../../model/peers/peer.ts";
import type { Section, Sections } from "../../model/sections.ts";
import type { Status } from "../../model/status.ts";
import type { CountCommand, CountPart } from "./count.ts";
import type { PastPart, TailCommand, TailPart } from "./events.ts";
import type { ListPatch } from "./patch.ts";
import type { PlaybackCommand, PlaybackState } from "./playback.ts";
import type { Problem, RequestProblem } from "./problem.ts";

/*
 * The WebSocket of the pages, `/api/live`. A page sends commands whenever it shows something else; the server sends
 * `hello` first, then views up to twice a second and the results of queries.
 *
 * The first view after `show` has the whole document, those that follow only what changed (patch.ts). A page that
 * cannot apply a patch, because it is for another document, sends `show` again.
 *
 *     page ── { show, tail, count, play, switch } ──► server
 *          ◄── hello, view, past, tail, count, movements, refused, gone ──
 */

/** What a page sends. An omitted member changes nothing; null ends what was asked for. */
export interface ClientCommand {
  readonly show?: ShowCommand | null;
  readonly tail?: TailCommand | null;
  readonly count?: CountCommand | null;
  readonly play?: PlaybackCommand;
  readonly switch?: SwitchCommand;
}

/** Asks for the status, a section of the model, and the history that its charts show. */
export interface ShowCommand {
  /** Null for the status only. */
  readonly section: Section | null;
  readonly scale: Scale;
}

/** Enables or disables a tracepoint for all viewers. */
export interface SwitchCommand {
  readonly tracepoint: string;
  readonly isOn: boolean;
}

/** The source of the events, so that a simulation or a recording is not taken for a running node. */
export interface Subject {
  readonly kind: "node" | "simulation" | "recording";
  /** A sentence on the source; null when none is needed. */
  readonly note: string | null;
  /** The recording that is shown in place of the dashboard's own subject, `home`; omitted when none is. */
  readonly recording?: {
    readonly id: string;
    readonly name: string;
    readonly home: Subject["kind"];
  };
}

/** The first message. */
export interface Hello {
  readonly version: string;
  /** Whether addresses are hidden. */
  readonly isPrivate: boolean;
  readonly subject: Subject;
}

/** What a page shows: a document or what changed in it, and new points of charts. */
export interface View {
  readonly section: Section | null;
  /** Of the document that the page has then. */
  readonly number: number;
  /** The whole document, with empty lists that the patch fills. */
  readonly document?: ViewDocument;
  /** Makes the document of `document` or of the one with the number `base`. Omitted when only the charts changed. */
  readonly patch?: ListPatch;
  readonly base?: number;
  /** Omitted while no further second of the history is complete. */
  readonly chart?: Excerpt;
  /** Whether `chart` replaces what was sent before; it continues it otherwise. */
  readonly isWholeChart?: boolean;
}

/** It has the names of the model. */
export interface ViewDocument {
  readonly status: Status;
  /** Null without a section. */
  readonly view: Sections[Section] | null;
  /** Null when the subject is not a recording. */
  readonly playback: PlaybackState | null;
  /** Whether viewers can switch tracepoints and follow peers. */
  readonly mayChangeSettings: boolean;
}

export type ServerMessage =
  | ({ readonly type: "hello" } & Hello)
  | ({ readonly type: "view" } & View)
  | ({ readonly type: "past" } & PastPart)
  | ({ readonly type: "tail" } & TailPart)
  | ({ readonly type: "count" } & CountPart)
  | { readonly type: "movements"; readonly moved: readonly Movement[] }
  /** A query is refused. */
  | ({ readonly type: "refused" } & RequestProblem)
  /** The recording cannot be shown; the server closes the connection. */
  | ({ readonly type: "gone" } & Problem);
