import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { onTestFinished } from "vitest";
import WebSocket from "ws";
import { Hub } from "../../src/dashboard/hub.ts";
import type { PageFile } from "../../src/dashboard/pages.ts";
import type { View } from "../../src/dashboard/protocol/messages.ts";
import { type Shown, shownAfter } from "../../src/dashboard/protocol/shown.ts";
import { fromWire, toWire } from "../../src/dashboard/protocol/wire.ts";
import { RecordingCache, type RecordingCacheOptions } from "../../src/dashboard/recording-cache.ts";
import { createServer } from "../../src/dashboard/server.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf, KINDS } from "../model/events.ts";

/** A server with a simulated minute in its model. */
export class Serving {
  readonly app: FastifyInstance;
  readonly hub: Hub;
  readonly picture: NodeModel;
  readonly port: number;

  readonly recordings: RecordingCache;

  private constructor(
    app: FastifyInstance,
    hub: Hub,
    recordings: RecordingCache,
    picture: NodeModel,
  ) {
    this.app = app;
    this.recordings = recordings;
    this.hub = hub;
    this.picture = picture;
    this.port = (app.server.address() as AddressInfo).port;
  }

  static async begin(
    token: string | null = null,
    options: Partial<RecordingCacheOptions> = {},
  ): Promise<Serving> {
    const events = eventsOf(60);
    const picture = new NodeModel(events[0]!.time);
    picture.learn(KINDS);
    for (const event of events) picture.see(event);
    const hub = new Hub(picture, {
      version: "1",
      isPrivate: false,
      subject: { kind: "node", note: null },
    });
    hub.learn(KINDS);
    const recordings = new RecordingCache({
      directory: null,
      isPrivate: false,
      version: "1",
      home: "node",
      ...options,
    });
    onTestFinished(() => recordings.close());
    const app = await createServer({
      token,
      pages: new Map([
        ["/index.html", page("<p>page", "text/html; charset=utf-8")],
        ["/assets/a.js", page("1", "text/javascript; charset=utf-8")],
      ]),
      hub,
      recordings,
      version: "1",
      routes: (app) => {
        app.get("/metrics", () => "metric 1\n");
      },
    });
    await app.listen({ host: "127.0.0.1", port: 0 });
    onTestFinished(() => app.close());
    return new Serving(app, hub, recordings, picture);
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** A browser's connection. */
  async open(
    headers: Record<string, string> = {},
    recording?: string,
    options: WebSocket.ClientOptions = {},
  ): Promise<Browser> {
    const query = recording === undefined ? "" : `?recording=${recording}`;
    const url = `ws://${this.host}/api/live${query}`;
    const browser = new Browser(new WebSocket(url, { headers, ...options }));
    await once(browser.socket, "open");
    return browser;
  }
}

export class Browser {
  readonly socket: WebSocket;
  readonly messages: Record<string, unknown>[] = [];
  closed: number | null = null;
  /** What the last view made of the document; null when a whole one is needed. */
  shown: Shown | null = null;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.#receive(String(data)));
    socket.on("close", (code) => {
      this.closed = code;
    });
    socket.on("error", () => {});
    onTestFinished(() => socket.terminate());
  }

  /** Views get their document, as a page makes it. */
  #receive(text: string): void {
    const message = fromWire(JSON.parse(text)) as Record<string, unknown>;
    if (message.type === "view") {
      this.shown = shownAfter(this.shown, message as unknown as View);
      this.messages.push({ ...message, document: this.shown?.document });
    } else this.messages.push(message);
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(toWire(message)));
  }

  /** The first received message of a type. */
  async next(type: string): Promise<Record<string, unknown>> {
    const find = () => this.messages.find((message) => message.type === type);
    await until(`a message ${type}`, () => find() !== undefined);
    const found = find()!;
    this.messages.splice(this.messages.indexOf(found), 1);
    return found;
  }
}

function page(text: string, type: string): PageFile {
  return { type, body: Buffer.from(text), packed: Buffer.from(text), etag: `"${text}"` };
}
