import type { WebSocket } from "@fastify/websocket";
import type { Counter } from "./counter.ts";
import type { LookBack } from "./look-back.ts";
import { messageText } from "./message-text.ts";
import type { ServerMessage, ShowCommand } from "./protocol/messages.ts";
import type { Tail } from "./tail.ts";
import type { Version } from "./views.ts";

/** A connection with more unsent bytes than this gets fewer messages. */
const MAX_WAITING = 64 << 10;
/** A browser that receives nothing for this long is disconnected. */
const STALLED_MS = 30_000;
const MAX_COMMANDS_PER_TICK = 8;

/** A connected browser. */
export class Client {
  readonly #socket: WebSocket;
  show: ShowCommand | null = null;
  tail: Tail | null = null;
  /** The search of the tail's query in recent events; null when it is complete. */
  lookBack: LookBack | null = null;
  counter: Counter | null = null;
  /** The document that it shows; null when it gets a whole one next. */
  shown: Version | null = null;
  /** Number of the first bucket of the history that was not sent. */
  charted = 0;
  /** The second in which the history was last sent. */
  chartedAt = 0;
  #stalledSince: number | null = null;
  #commands = 0;
  #answered = true;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("pong", () => {
      this.#answered = true;
    });
    // A protocol error closes the connection; the browser connects again.
    socket.on("error", () => {});
  }

  /** Whether it received what was sent. What it misses meanwhile comes with the next message. */
  get isReady(): boolean {
    return this.#socket.bufferedAmount <= MAX_WAITING;
  }

  /** Forgets what it shows: it gets whole documents and charts next. */
  reset(): void {
    this.shown = null;
    this.charted = 0;
  }

  /** Counts a command; false when there are too many in this tick. */
  allowCommand(): boolean {
    return ++this.#commands <= MAX_COMMANDS_PER_TICK;
  }

  /** Call at each tick: disconnects a browser that has stalled. */
  tick(now: number): void {
    this.#commands = 0;
    if (this.isReady) {
      this.#stalledSince = null;
      return;
    }
    this.#stalledSince ??= now;
    if (now - this.#stalledSince > STALLED_MS) this.#socket.terminate();
  }

  send(message: ServerMessage): void {
    this.sendText(messageText(message));
  }

  /** Sends a message that is JSON already. */
  sendText(message: string): void {
    this.#socket.send(message, () => {});
  }

  /** Disconnects the browser when it did not answer the last ping. */
  ping(): void {
    if (this.#answered) this.#socket.ping();
    else this.#socket.terminate();
    this.#answered = false;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}
