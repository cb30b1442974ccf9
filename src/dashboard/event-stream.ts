import { Readable } from "node:stream";
import { CorelensError } from "../errors.ts";
import { eventJson } from "../event/json.ts";
import type { EventKind } from "../event/kind.ts";
import { KindMap } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { type ChosenKind, chooseEvents } from "./event-choice.ts";
import type { EventChoice } from "./protocol/events.ts";
import { requestProblem } from "./request-problem.ts";

/** Maximum of unread text, in characters; further events are skipped. */
const MAX_WAITING = 1 << 20;
/** Additional room for notices: they are few and important. */
const NOTICE_ROOM = 64 << 10;
/** Per tick, so that a stream takes at most a few per cent of a core. */
const MAX_TESTED = 10_000;
const MAX_SENT = 2500;
/** A reader that reads nothing for this long is disconnected. */
const STALLED_MS = 60_000;
const HEARTBEAT_TICKS = 60;

/**
 * Events that pass a query, as server-sent events: each as `corelens trace --json` prints it.
 *
 *     data: {"tracepoint":"mempool:added","time":"2026-…Z",…}
 *
 *     event: skipped
 *     data: {"skipped":{"net:inbound_message":120},"untested":{}}
 *
 * The reader pulls the events. A slow reader gets the number of skipped events in their place.
 */
export class EventStream extends Readable {
  readonly #choice: EventChoice;
  #filters = new KindMap<ChosenKind["passes"]>();
  #text = "";
  #isWanted = false;
  /** Whether a message about skipped events is due: no later event may be sent before it. */
  #isSkipping = false;
  #skipped = new Map<string, number>();
  #untested = new Map<string, number>();
  #tested = 0;
  #sent = 0;
  #quietTicks = 0;
  #waitingSince: number | null = null;

  /** @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE */
  constructor(choice: EventChoice, kinds: readonly EventKind[]) {
    super({ highWaterMark: 64 << 10 });
    this.#choice = choice;
    this.#chooseKinds(kinds);
    // The answer's headers are sent at once, not with the first event.
    this.#text = ": corelens\n\n";
  }

  /** Call with all kinds of the source whenever there are new ones. */
  learn(kinds: readonly EventKind[]): void {
    try {
      this.#chooseKinds(kinds);
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      this.#text += message("refused", JSON.stringify(requestProblem(error)));
      this.finish();
    }
  }

  offer(event: StreamEvent): void {
    if (isNotice(event)) {
      if (!this.#hasRoom(NOTICE_ROOM)) this.#skip(event.tracepoint);
      else this.#text += message(null, eventJson(event));
      return;
    }
    const passes = this.#filters.get(event);
    if (passes === undefined) return;
    if (++this.#tested > MAX_TESTED) count(this.#untested, event.tracepoint);
    else if (passes(event)) this.#send(event);
  }

  /** Sends what is ready to a reader that waits. */
  flush(): void {
    if (!this.#isWanted || this.#text === "" || this.destroyed) return;
    const text = this.#text;
    this.#text = "";
    this.#quietTicks = 0;
    this.#isWanted = false;
    // push() may call _read() before it returns.
    if (this.push(text)) this.#isWanted = true;
  }

  /** Call at each tick. */
  tick(now: number): void {
    this.#tested = 0;
    this.#sent = 0;
    if (this.#text === "") this.#waitingSince = null;
    else this.#waitingSince ??= now;
    if (this.#waitingSince !== null && now - this.#waitingSince > STALLED_MS) {
      this.destroy();
      return;
    }
    if (this.#text === "") this.#reportSkipped();
    if (++this.#quietTicks >= HEARTBEAT_TICKS && this.#text === "") this.#text = ": keep-alive\n\n";
    this.flush();
  }

  /** Ends the stream after the unread text. */
  finish(): void {
    if (this.destroyed || this.readableEnded) return;
    this.#reportSkipped();
    this.#isWanted = false;
    const text = this.#text;
    this.#text = "";
    this.push(text);
    this.push(null);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#waitingSince = null;
    this.flush();
  }

  #chooseKinds(kinds: readonly EventKind[]): void {
    const filters = new KindMap<ChosenKind["passes"]>();
    for (const { kind, passes } of chooseEvents(this.#choice, kinds)) filters.add(kind, passes);
    this.#filters = filters;
  }

  #send(event: StreamEvent): void {
    if (this.#isSkipping || this.#sent >= MAX_SENT || !this.#hasRoom(0)) {
      this.#skip(event.tracepoint);
      return;
    }
    this.#sent++;
    this.#text += message(null, eventJson(event));
  }

  #skip(tracepoint: string): void {
    this.#isSkipping = true;
    count(this.#skipped, tracepoint);
  }

  #hasRoom(more: number): boolean {
    return this.#text.length < MAX_WAITING + more;
  }

  #reportSkipped(): void {
    if (this.#skipped.size === 0 && this.#untested.size === 0) return;
    const skipped = Object.fromEntries(this.#skipped);
    const untested = Object.fromEntries(this.#untested);
    this.#text += message("skipped", JSON.stringify({ skipped, untested }));
    this.#skipped = new Map();
    this.#untested = new Map();
    this.#isSkipping = false;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** JSON has no line ends, so the data is one line. */
function message(event: string | null, data: string): string {
  return event === null ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}
