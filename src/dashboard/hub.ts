import type { WebSocket } from "@fastify/websocket";
import { CorelensError } from "../errors.ts";
import type { EventKind } from "../event/kind.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { NodeModel } from "../model/node-model.ts";
import { Client } from "./client.ts";
import { parseCommand } from "./command.ts";
import { Counter } from "./counter.ts";
import type { EventStream } from "./event-stream.ts";
import { LookBack, type PastText } from "./look-back.ts";
import { eventsText } from "./message-text.ts";
import { pastMessages } from "./past-messages.ts";
import type { Playback } from "./playback.ts";
import type { CountCommand } from "./protocol/count.ts";
import type { TailCommand } from "./protocol/events.ts";
import type { Hello, SwitchCommand } from "./protocol/messages.ts";
import { RecentEvents } from "./recent-events.ts";
import { requestProblem } from "./request-problem.ts";
import type { SettingsStore } from "./settings-store.ts";
import { Tail } from "./tail.ts";
import { Views } from "./views.ts";

type Player = Pick<Playback, "state" | "change">;

/** Serves one model to all browsers: each gets what its page shows, as often as its connection allows. */
export class Hub {
  readonly #clients = new Set<Client>();
  readonly #streams = new Set<EventStream>();
  readonly #hello: Hello;
  readonly #recent = new RecentEvents();
  readonly #views = new Views();
  #model: NodeModel;
  #kinds: readonly EventKind[] = [];
  #knownKinds = 0;
  /** Time that searches of recent events may still take until the next tick, in ms. */
  #searchMs = SEARCH_MS;
  #ticks = 0;
  #wasMoving = false;
  #playback: Player | null = null;
  #settings: SettingsStore | null = null;

  constructor(model: NodeModel, hello: Hello) {
    this.#model = model;
    this.#hello = hello;
  }

  /** Lets browsers control the playback of a recording. */
  setPlayback(playback: Player): void {
    this.#playback = playback;
  }

  /** Lets browsers change what is traced. */
  setSettings(settings: SettingsStore): void {
    this.#settings = settings;
  }

  get model(): NodeModel {
    return this.#model;
  }

  /** Whether the maximum number of browsers is connected. */
  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS;
  }

  /** Number of connected browsers. */
  get size(): number {
    return this.#clients.size;
  }

  /** Number of running queries: tails, counts and streams of events. */
  get queries(): number {
    const querying = [...this.#clients].filter(({ tail, counter }) => tail || counter);
    return querying.length + this.#streams.size;
  }

  /** Whether the maximum number of queries is running. */
  get isBusy(): boolean {
    return this.queries >= MAX_QUERIES;
  }

  /** The kinds of events that the source has declared so far. */
  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  /** Sends events to a stream until it is closed. */
  addStream(stream: EventStream): void {
    this.#streams.add(stream);
    stream.once("close", () => this.#streams.delete(stream));
  }

  /** Starts again with another model, because time went backwards. */
  replaceModel(model: NodeModel): void {
    this.#model = model;
    this.#recent.clear();
    this.#views.renew();
    for (const client of this.#clients) {
      client.charted = 0;
      // The same events come again: without a new start they would be counted twice.
      client.counter = client.counter?.restart(this.#kinds, model.now) ?? null;
    }
  }

  connect(socket: WebSocket): void {
    const client = new Client(socket);
    this.#clients.add(client);
    socket.on("close", () => this.#clients.delete(client));
    socket.on("message", (data) => this.#handle(client, String(data)));
    client.send({ type: "hello", ...this.#hello });
  }

  /** Call with all kinds of the source whenever there may be new ones. */
  learn(kinds: readonly EventKind[]): void {
    this.#kinds = kinds;
    if (kinds.length <= this.#knownKinds) return;
    this.#knownKinds = kinds.length;
    this.#recent.learn(kinds);
    for (const client of this.#clients) {
      this.#try(client, () => {
        client.tail?.learn(kinds);
        client.counter?.learn(kinds);
      });
    }
    for (const stream of this.#streams) stream.learn(kinds);
  }

  /** Passes events to all queries. */
  see(events: readonly StreamEvent[]): void {
    for (const event of events) this.#recent.add(event);
    for (const { tail, counter } of this.#clients) {
      if (tail) for (const event of events) tail.offer(event);
      if (counter) for (const event of events) counter.offer(event);
    }
    for (const stream of this.#streams) {
      for (const event of events) stream.offer(event);
      stream.flush();
    }
  }

  /** Call every `TICK_MS`. */
  tick(now: number): void {
    this.#ticks++;
    for (const client of this.#clients) client.tick(now);
    this.#settings?.apply([...this.#clients].flatMap(({ tail }) => tail?.peer ?? []));
    const ready = [...this.#clients].filter((client) => client.isReady);
    for (const client of this.#clients) this.#views.forget(client);
    if (this.#ticks % TICKS_PER_PING === 0) {
      for (const client of this.#clients) client.ping();
    }
    for (const client of ready) this.#sendTail(client);
    this.#searchMs = SEARCH_MS;
    for (const client of ready) this.#lookBack(client);
    if (this.#ticks % TICKS_PER_COUNT === 0) for (const client of ready) this.#sendCount(client);
    for (const stream of this.#streams) stream.tick(now);
    this.#sendMovements(ready);
    if (this.#ticks % TICKS_PER_VIEW === 0) {
      this.#views.renew();
      this.#sendViews(ready);
    }
  }

  close(): void {
    for (const client of this.#clients) client.close(1001, "corelens ended");
    for (const stream of this.#streams) stream.finish();
  }

  #handle(client: Client, text: string): void {
    const command = client.allowCommand() ? parseCommand(text) : null;
    if (command === null) {
      client.close(1008, "not a corelens command");
      return;
    }
    if (command.show !== undefined) {
      client.show = command.show;
      client.reset();
      // A page shows something at once, not at the next tick.
      if (client.isReady) this.#sendViews([client]);
    }
    if (command.tail !== undefined) this.#tail(client, command.tail);
    if (command.count !== undefined) this.#count(client, command.count);
    if (command.play !== undefined) this.#playback?.change(command.play);
    if (command.switch !== undefined) this.#switch(command.switch);
  }

  #switch({ tracepoint, isOn }: SwitchCommand): void {
    const isKnown = this.#kinds.some(({ name }) => name === tracepoint);
    if (isKnown) this.#settings?.switch(tracepoint, isOn);
  }

  #tail(client: Client, command: TailCommand | null): void {
    client.tail = null;
    client.lookBack = null;
    if (command === null || !this.#hasRoom(client)) return;
    this.#try(client, () => {
      client.tail = new Tail(command, this.#kinds);
      if (command.peer !== undefined) {
        sendPast(client, pastMessages(this.#model, command.peer), true);
        this.#sendTail(client);
        return;
      }
      client.lookBack = new LookBack(command, this.#recent, this.#model.now);
      this.#lookBack(client, true);
    });
  }

  #sendTail(client: Client): void {
    const { tail } = client;
    if (tail === null) return;
    const { events, ...counts } = tail.take();
    const details = tail.peer === undefined ? null : this.#model.detailsOf(tail.peer);
    const part = { counts, ...(tail.isNew(details) && { details }) };
    client.sendText(eventsText({ type: "tail", ...part }, events));
  }

  /** Continues a client's search of recent events within the time that is left for all. */
  #lookBack(client: Client, isFirst = false): void {
    const { lookBack } = client;
    if (lookBack === null || (this.#searchMs <= 0 && !isFirst)) return;
    const begin = performance.now();
    lookBack.step(begin + this.#searchMs);
    this.#searchMs -= performance.now() - begin;
    sendPast(client, lookBack.take(), isFirst);
    if (lookBack.isWhole) client.lookBack = null;
  }

  #count(client: Client, command: CountCommand | null): void {
    client.counter = null;
    if (command === null || !this.#hasRoom(client)) return;
    this.#try(client, () => {
      client.counter = new Counter(command, this.#kinds, this.#model.now);
      // The page shows the columns at once.
      this.#sendCount(client);
    });
  }

  #hasRoom(client: Client): boolean {
    if (!this.isBusy) return true;
    refuse(client, tooManyQueries());
    return false;
  }

  #try(client: Client, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      client.tail = null;
      client.lookBack = null;
      client.counter = null;
      refuse(client, error);
    }
  }

  #sendCount(client: Client): void {
    if (client.counter) client.send({ type: "count", ...client.counter.take(this.#model.now) });
  }

  #sendMovements(ready: readonly Client[]): void {
    const watching = ready.filter(({ show }) => show?.section === "network");
    const isMoving = watching.length > 0;
    if (!isMoving && !this.#wasMoving) return;
    const moved = this.#model.takeMovements();
    // Movements from the time before anyone watched are dropped.
    if (this.#wasMoving && moved.length > 0) {
      for (const client of watching) client.send({ type: "movements", moved });
    }
    this.#wasMoving = isMoving;
  }

  #sendViews(clients: readonly Client[]): void {
    const source = {
      model: this.#model,
      playback: this.#playback?.state ?? null,
      mayChangeSettings: this.#settings !== null,
    };
    for (const client of clients) this.#views.send(client, source);
  }
}

export const TICK_MS = 250;
const TICKS_PER_VIEW = 2;
const TICKS_PER_COUNT = 4;
const TICKS_PER_PING = 120;
const MAX_CLIENTS = 1200;
const MAX_QUERIES = 8;
/** Per tick, for all browsers together: a tenth of a core while a search runs. */
const SEARCH_MS = 25;

export function tooManyQueries(): CorelensError {
  const message = `${MAX_QUERIES} queries are running already`;
  return new CorelensError("USAGE", message, "end one: on another page, or a stream of events");
}

function sendPast(client: Client, { events, ...part }: PastText, isFirst: boolean): void {
  client.sendText(eventsText({ type: "past", ...part, isFirst }, events));
}

function refuse(client: Client, error: CorelensError): void {
  client.send({ type: "refused", ...requestProblem(error) });
}
