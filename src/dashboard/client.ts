import type { WebSocket } from "@fastify/websocket";
import { STATISTICS } from "../counting/columns.ts";
import { SCALES, type Scale } from "../model/history.ts";
import { SECTIONS, type Section } from "../model/node-model.ts";
import type { CountAsked, Counter } from "./counter.ts";
import type { LookBack } from "./look-back.ts";
import type { PlaybackCommand } from "./playback.ts";
import { SPEEDS } from "./speeds.ts";
import type { Tail, TailRequest } from "./tail.ts";

/** What a page asks for: a section of the picture, a tail of events or a count of them, or both. */
export interface ClientCommand {
  readonly show?: { readonly section: Section; readonly scale: Scale } | null;
  readonly tail?: TailRequest | null;
  readonly count?: CountAsked | null;
  readonly play?: PlaybackCommand;
  readonly switch?: SettingsCommand;
}

/** Whether a tracepoint is to be traced, for everybody who looks. */
export interface SettingsCommand {
  readonly tracepoint: string;
  readonly isOn: boolean;
}

/** The most characters of a message from a browser: a query has at most 4096. */
export const MAX_MESSAGE = 16_384;
const MAX_PATTERNS = 64;

/** Takes a browser's message apart; null when it is not of the form. */
export function parseCommand(text: string): ClientCommand | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== "object" || json === null) return null;
  const { show, tail, count, play, switch: flip } = json as Record<string, unknown>;
  if (show !== undefined && show !== null && !isShow(show)) return null;
  if (tail !== undefined && tail !== null && !isTail(tail)) return null;
  if (count !== undefined && count !== null && !isCount(count)) return null;
  if (play !== undefined && !isPlay(play)) return null;
  if (flip !== undefined && !isSwitch(flip)) return null;
  return {
    ...(show !== undefined && { show }),
    ...(tail !== undefined && { tail }),
    ...(count !== undefined && { count }),
    ...(play !== undefined && { play }),
    ...(flip !== undefined && { switch: flip }),
  };
}

function isShow(json: unknown): json is NonNullable<ClientCommand["show"]> {
  const { section, scale } = json as Record<string, unknown>;
  return (
    (SECTIONS as readonly unknown[]).includes(section) &&
    typeof scale === "string" &&
    Object.hasOwn(SCALES, scale)
  );
}

function isTail(json: unknown): json is TailRequest {
  const { tracepoints, where, peer } = json as Record<string, unknown>;
  return (
    Array.isArray(tracepoints) &&
    tracepoints.length <= MAX_PATTERNS &&
    tracepoints.every((pattern) => typeof pattern === "string" && pattern.length <= 200) &&
    (where === null || typeof where === "string") &&
    (peer === undefined || Number.isSafeInteger(peer))
  );
}

function isSwitch(json: unknown): json is SettingsCommand {
  if (typeof json !== "object" || json === null) return false;
  const { tracepoint, isOn } = json as Record<string, unknown>;
  return typeof tracepoint === "string" && typeof isOn === "boolean";
}

/** Terms are of one line, and nobody asks for more of them than a table has room for. */
const MAX_TERMS = 8;
const LONGEST_TERM = 300;

function isCount(json: unknown): json is CountAsked {
  const { by, histogram, ...others } = json as Record<string, unknown>;
  return (
    isTail(json) &&
    [by, ...STATISTICS.map((statistic) => others[statistic])].every(areTerms) &&
    (histogram === null || isTerm(histogram))
  );
}

function areTerms(json: unknown): json is string[] {
  return Array.isArray(json) && json.length <= MAX_TERMS && json.every(isTerm);
}

function isTerm(json: unknown): json is string {
  return typeof json === "string" && json.length <= LONGEST_TERM;
}

function isPlay(json: unknown): json is PlaybackCommand {
  if (typeof json !== "object" || json === null) return false;
  const { position = 0, speed = 1, isPlaying = true } = json as Record<string, unknown>;
  return (
    typeof position === "number" &&
    (SPEEDS as readonly unknown[]).includes(speed) &&
    typeof isPlaying === "boolean"
  );
}

/** A browser whose connection holds more than this is served less often. */
const MAX_WAITING = 64 << 10;
/** One that takes nothing for so long is gone. */
const STALLED_MS = 30_000;
/** Nobody clicks more often between two ticks. */
const MAX_WISHES = 8;

/** A browser that is connected. */
export class Client {
  readonly #socket: WebSocket;
  show: ClientCommand["show"] = null;
  tail: Tail | null = null;
  /** What its tail's query finds in what happened before; null once all of that was looked at. */
  lookBack: LookBack | null = null;
  counter: Counter | null = null;
  /** Buckets of the history that it does not have begin here. */
  charted = 0;
  /** The second that was running when it was last sent any. */
  chartedAt = 0;
  #stalledSince: number | null = null;
  #wishes = 0;
  #answered = true;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("pong", () => {
      this.#answered = true;
    });
    // What is wrong with a frame closes the connection; there is nobody to tell.
    socket.on("error", () => {});
  }

  /** Whether it took what it was sent; what it misses meanwhile comes with the next message. */
  get isReady(): boolean {
    return this.#socket.bufferedAmount <= MAX_WAITING;
  }

  /** Counts a message from it; false when it sends more than anybody would. */
  isAllowed(): boolean {
    return ++this.#wishes <= MAX_WISHES;
  }

  /** To be called with each tick: ends the connection of one that takes nothing any more. */
  tick(now: number): void {
    this.#wishes = 0;
    if (this.isReady) {
      this.#stalledSince = null;
      return;
    }
    this.#stalledSince ??= now;
    if (now - this.#stalledSince > STALLED_MS) this.#socket.terminate();
  }

  send(message: string): void {
    this.#socket.send(message, () => {});
  }

  /** Ends the connection when the last such question was not answered. */
  ping(): void {
    if (this.#answered) this.#socket.ping();
    else this.#socket.terminate();
    this.#answered = false;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}
