import type { WebSocket } from "@fastify/websocket";
import { CorelensError } from "../errors.ts";
import type { EventKind } from "../event/kind.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { Scale } from "../model/history.ts";
import type { NodeModel, Section } from "../model/node-model.ts";
import { Client, type ClientCommand, parseCommand, type SettingsCommand } from "./client.ts";
import { Counter, countJson } from "./counter.ts";
import type { EventStream } from "./event-stream.ts";
import { LookBack, type PastPart } from "./look-back.ts";
import { pastMessages } from "./past-messages.ts";
import type { Playback } from "./playback.ts";
import { RecentEvents } from "./recent-events.ts";
import { requestProblem } from "./request-problem.ts";
import type { SettingsStore } from "./settings-store.ts";
import { Tail } from "./tail.ts";

type Player = Pick<Playback, "state" | "change">;

/**
 * Serves the picture to all browsers, each what its page shows, as often as it keeps up.
 *
 * What several look at is made once. A chart is sent whole at first and then by the buckets that were completed
 * since and the one that is running, so that a browser that missed some messages has them with the next.
 */
export class Hub {
  readonly #clients = new Set<Client>();
  readonly #streams = new Set<EventStream>();
  #picture: NodeModel;
  readonly #recent = new RecentEvents();
  #kinds: readonly EventKind[] = [];
  #known = 0;
  /** What looking back may still take until the next tick, in ms. */
  #lookingMs = LOOKING_MS;
  #ticks = 0;
  #wasMoving = false;
  readonly #hello: string;
  #playback: Player | null = null;
  #steerer: SettingsStore | null = null;

  /** @param hello what every browser is told first */
  constructor(picture: NodeModel, hello: object) {
    this.#picture = picture;
    this.#hello = JSON.stringify({ type: "hello", ...hello });
  }

  /** Lets browsers play a recording. */
  control(playback: Player): void {
    this.#playback = playback;
  }

  /** Lets browsers change what is traced. */
  steerWith(steerer: SettingsStore): void {
    this.#steerer = steerer;
  }

  get picture(): NodeModel {
    return this.#picture;
  }

  /** Whether there is room for another. */
  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS;
  }

  /** How many browsers are connected. */
  get size(): number {
    return this.#clients.size;
  }

  /** How many queries are running: tails, counts and streams of events. */
  get queries(): number {
    const asking = [...this.#clients].filter(({ tail, counter }) => tail || counter);
    return asking.length + this.#streams.size;
  }

  /** Whether no other query can be run. */
  get isBusy(): boolean {
    return this.queries >= MAX_QUERIES;
  }

  /** The source's kinds, as far as they are known. */
  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  /** Lets a stream see events until it is closed. */
  feed(stream: EventStream): void {
    this.#streams.add(stream);
    stream.once("close", () => this.#streams.delete(stream));
  }

  /** Another picture takes the place of the one before: time went backwards. */
  replace(picture: NodeModel): void {
    this.#picture = picture;
    this.#recent.clear();
    for (const client of this.#clients) {
      client.charted = 0;
      // A count begins anew, too: what comes again would be counted twice.
      client.counter = client.counter?.again(this.#kinds, picture.now) ?? null;
    }
  }

  hello(socket: WebSocket): void {
    const client = new Client(socket);
    this.#clients.add(client);
    socket.on("close", () => this.#clients.delete(client));
    socket.on("message", (data) => this.#handle(client, String(data)));
    client.send(this.#hello);
  }

  /** To be called with all kinds of the source, whenever there may be more. */
  learn(kinds: readonly EventKind[]): void {
    this.#kinds = kinds;
    if (kinds.length <= this.#known) return;
    this.#known = kinds.length;
    this.#recent.learn(kinds);
    for (const client of this.#clients) {
      this.#try(client, () => {
        client.tail?.learn(kinds);
        client.counter?.learn(kinds);
      });
    }
    for (const stream of this.#streams) stream.learn(kinds);
  }

  /** Lets queries see events. */
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

  /** To be called every `TICK_MS`. */
  tick(now: number): void {
    this.#ticks++;
    for (const client of this.#clients) client.tick(now);
    this.#steerer?.settle([...this.#clients].flatMap(({ tail }) => tail?.peer ?? []));
    const ready = [...this.#clients].filter((client) => client.isReady);
    if (this.#ticks % TICKS_PER_PING === 0) {
      for (const client of this.#clients) client.ping();
    }
    for (const client of ready) this.#sendTail(client);
    this.#lookingMs = LOOKING_MS;
    for (const client of ready) this.#lookBack(client);
    if (this.#ticks % TICKS_PER_COUNT === 0) for (const client of ready) this.#sendCount(client);
    for (const stream of this.#streams) stream.tick(now);
    this.#sendMovements(ready);
    if (this.#ticks % TICKS_PER_VIEW === 0) this.#sendViews(ready);
  }

  close(): void {
    for (const client of this.#clients) client.close(1001, "corelens ended");
    for (const stream of this.#streams) stream.finish();
  }

  #handle(client: Client, text: string): void {
    const wish = client.isAllowed() ? parseCommand(text) : null;
    if (wish === null) {
      client.close(1008, "not a message of corelens");
      return;
    }
    if (wish.show !== undefined) {
      client.show = wish.show;
      client.charted = 0;
      // A page shows something at once, not with the next tick.
      if (client.isReady) this.#sendViews([client]);
    }
    if (wish.tail !== undefined) this.#tail(client, wish.tail);
    if (wish.count !== undefined) this.#count(client, wish.count);
    if (wish.play !== undefined) this.#playback?.change(wish.play);
    if (wish.switch !== undefined) this.#switch(wish.switch);
  }

  #switch({ tracepoint, isOn }: SettingsCommand): void {
    const isKnown = this.#kinds.some(({ name }) => name === tracepoint);
    if (isKnown) this.#steerer?.switch(tracepoint, isOn);
  }

  #tail(client: Client, request: NonNullable<ClientCommand["tail"]> | null): void {
    client.tail = null;
    client.lookBack = null;
    if (request === null || !this.#hasRoom(client)) return;
    this.#try(client, () => {
      client.tail = new Tail(request, this.#kinds);
      const { peer } = request;
      if (peer !== undefined) {
        sendPast(client, pastMessages(this.#picture, peer), true);
        return;
      }
      client.lookBack = new LookBack(request, this.#recent, this.#picture.now);
      this.#lookBack(client, true);
    });
  }

  /** Lets somebody's look back go on, as long as looking back may take. */
  #lookBack(client: Client, isFirst = false): void {
    const { lookBack } = client;
    if (lookBack === null || (this.#lookingMs <= 0 && !isFirst)) return;
    const begin = performance.now();
    lookBack.step(begin + this.#lookingMs);
    this.#lookingMs -= performance.now() - begin;
    sendPast(client, lookBack.take(), isFirst);
    if (lookBack.isWhole) client.lookBack = null;
  }

  #count(client: Client, asked: NonNullable<ClientCommand["count"]> | null): void {
    client.counter = null;
    if (asked === null || !this.#hasRoom(client)) return;
    this.#try(client, () => {
      client.counter = new Counter(asked, this.#kinds, this.#picture.now);
      // What can be told already is told at once: the names of the columns.
      this.#sendCount(client);
    });
  }

  #hasRoom(client: Client): boolean {
    if (!this.isBusy) return true;
    refuse(client, tooMany());
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
    if (client.counter) client.send(countJson(client.counter.take(this.#picture.now)));
  }

  #sendTail(client: Client): void {
    if (client.tail === null) return;
    const { events, ...counts } = client.tail.take();
    client.send(
      `{"type":"tail","counts":${JSON.stringify(counts)},"events":[${events.join(",")}]}`,
    );
  }

  #sendMovements(ready: readonly Client[]): void {
    const watching = ready.filter(({ show }) => show?.section === "network");
    const isMoving = watching.length > 0;
    if (!isMoving && !this.#wasMoving) return;
    const moved = this.#picture.takeMovements();
    // What gathered while nobody looked is not shown as if it happened now.
    if (this.#wasMoving && moved.length > 0) {
      const message = JSON.stringify({ type: "movements", moved });
      for (const client of watching) client.send(message);
    }
    this.#wasMoving = isMoving;
  }

  #sendViews(clients: readonly Client[]): void {
    const views = new Map<string, string>();
    const once = (key: string, make: () => unknown): string => {
      let text = views.get(key);
      if (text === undefined) {
        text = JSON.stringify(make());
        views.set(key, text);
      }
      return text;
    };
    for (const client of clients) {
      if (!client.show) continue;
      const { section, scale } = client.show;
      const parts = [
        `"status":${once("status", () => this.#picture.status())}`,
        `"view":${once(section, () => this.#picture.view(section))}`,
        `"isSteerable":${this.#steerer !== null}`,
        `"playback":${once("playback", () => this.#playback?.state ?? null)}`,
        ...this.#chart(client, section, scale, once),
      ];
      client.send(`{"type":"view","section":"${section}",${parts.join(",")}}`);
    }
  }

  #chart(
    client: Client,
    section: Section,
    scale: Scale,
    once: (key: string, make: () => unknown) => string,
  ): string[] {
    const { second } = this.#picture;
    const from = client.charted;
    if (from !== 0 && client.chartedAt === second) return [];
    client.charted = this.#picture.head(scale);
    client.chartedAt = second;
    const excerpt = () => this.#picture.excerpt(section, scale, from);
    const whole = from === 0;
    return [`"whole":${whole}`, `"chart":${once(`${section} ${scale} ${from}`, excerpt)}`];
  }
}

export const TICK_MS = 250;
const TICKS_PER_VIEW = 2;
const TICKS_PER_COUNT = 4;
const TICKS_PER_PING = 120;
const MAX_CLIENTS = 1200;
const MAX_QUERIES = 8;
/** Of a tick, for all browsers together: a tenth of a core while somebody looks back. */
const LOOKING_MS = 25;

/** What is said to those for whom there is no room. */
export function tooMany(): CorelensError {
  const message = `${MAX_QUERIES} queries are running already`;
  return new CorelensError("USAGE", message, "end one: of another page, or a stream of events");
}

/** @param isFirst whether it is the first part: what came before belongs to another query */
function sendPast(client: Client, { events, ...rest }: PastPart, isFirst: boolean): void {
  const past = JSON.stringify({ ...rest, isFirst }).slice(1, -1);
  client.send(`{"type":"past",${past},"events":[${events.join(",")}]}`);
}

function refuse(client: Client, error: CorelensError): void {
  client.send(JSON.stringify({ type: "refused", ...requestProblem(error) }));
}
