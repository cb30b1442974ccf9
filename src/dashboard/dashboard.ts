import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import type { FastifyInstance } from "fastify";
import { CorelensError, type Problem } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import type { EventSource } from "../event/source.ts";
import { NodeModel } from "../model/node-model.ts";
import type { NodeReport } from "../model/node-report.ts";
import { feed } from "./feed.ts";
import { Hub, TICK_MS } from "./hub.ts";
import { maskReport } from "./masking.ts";
import { loadPages } from "./pages.ts";
import { PlayerSession } from "./player-session.ts";
import { RecordingCache } from "./recording-cache.ts";
import { createServer } from "./server.ts";
import { SettingsStore } from "./settings-store.ts";
import type { Examine } from "./setup-api.ts";

/** What is shown, so that nobody takes a simulation or a recording for a running node. */
export interface Subject {
  readonly kind: "node" | "simulation" | "recording";
  /** A sentence on where the events come from; null where nothing needs to be said. */
  readonly note: string | null;
  /** Of a recording beside what the dashboard is for, and what that is; left out where there is none. */
  readonly recording?: {
    readonly id: string;
    readonly name: string;
    readonly home: Subject["kind"];
  };
}

export interface DashboardOptions {
  readonly listen: string;
  /** Null when any free one will do if the usual one is taken. */
  readonly port: number | null;
  readonly token: string | null;
  /** Whether addresses are hidden. */
  readonly isPrivate: boolean;
  /** Where recordings lie that can be looked at; null when there is no such place. */
  readonly recordings: string | null;
  readonly version: string;
  readonly subject: Subject;
  /** Why there are no events; null when there are. */
  readonly obstacle: Problem | null;
  /** Looks at what tracing needs; left out where this process sees less than the one that traces. */
  readonly examine?: Examine;
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
}

const USUAL_PORT = 8480;
const MEASURE_TICKS = 8;

/**
 * The dashboard: a server, the picture it serves, and the stream that draws it.
 *
 * It is prepared before the process gives up its rights, since its files may be unreadable afterwards, and listens
 * and reads events only then.
 */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #hub: Hub;
  readonly #app: FastifyInstance;
  readonly #shelf: RecordingCache;
  #cost: Cost | null = null;
  #ticks = 0;
  #isAsking = false;

  private constructor(
    options: DashboardOptions,
    hub: Hub,
    shelf: RecordingCache,
    app: FastifyInstance,
  ) {
    this.#options = options;
    this.#hub = hub;
    this.#shelf = shelf;
    this.#app = app;
  }

  /** @throws CorelensError FILE_UNREADABLE when the pages were not built */
  static async prepare(options: DashboardOptions): Promise<Dashboard> {
    const { token, version, isPrivate, subject, routes, examine } = options;
    const picture = new NodeModel(Date.now(), options.obstacle);
    const hub = new Hub(picture, { version, isPrivate, subject });
    const directory = options.recordings;
    const shelf = new RecordingCache({ directory, isPrivate, version, home: subject.kind });
    const pages = loadPages();
    const app = await createServer({
      token,
      pages,
      hub,
      shelf,
      version,
      ...(examine && { examine }),
      ...(routes && { routes }),
    });
    return new Dashboard(options, hub, shelf, app);
  }

  /**
   * Begins to serve.
   * @returns the address to open
   * @throws CorelensError ADDRESS_UNUSABLE, FILE_UNREADABLE when recordings cannot be listed
   */
  async listen(): Promise<string> {
    await this.#shelf.check();
    const { listen, port, token } = this.#options;
    try {
      await this.#app.listen({ host: listen, port: port ?? USUAL_PORT });
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (port !== null || !isTaken) throw cannotListen(listen, port ?? USUAL_PORT, error);
      await this.#app.listen({ host: listen, port: 0 });
    }
    const { port: chosen } = this.#app.server.address() as AddressInfo;
    const name = listen === "0.0.0.0" || listen === "::" ? hostname() : listen;
    const host = name.includes(":") ? `[${name}]` : name;
    const query = token === null ? "" : `/?token=${encodeURIComponent(token)}`;
    return `http://${host}:${chosen}${query}`;
  }

  /** Shows the events until they end or it is stopped; without a source until it is stopped. */
  async show(source: EventSource | null, stopped: AbortSignal): Promise<void> {
    // Others may look, but what they were not to see they could ask for, and what they switch off is off for all.
    if (source?.steer && !this.#options.isPrivate) {
      this.#hub.steerWith(new SettingsStore((steering) => source.steer?.(steering)));
    }
    const timer = setInterval(() => this.#tick(source), TICK_MS);
    const ended = new Promise<void>((resolve) => {
      stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    stopped.addEventListener("abort", () => void source?.stop(), { once: true });
    try {
      if (source) {
        for await (const events of source.batches()) {
          feed(this.#hub, events, source, this.#options.isPrivate);
        }
      } else await ended;
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * A recording in place of a node.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
   */
  open(path: string): Promise<PlayerSession> {
    return PlayerSession.open(path, this.#hub, this.#options.isPrivate);
  }

  /** What the node answered when it was asked. */
  hear(says: NodeReport): void {
    this.#hub.picture.hear(this.#options.isPrivate ? maskReport(says) : says);
  }

  async close(): Promise<void> {
    this.#hub.close();
    await this.#shelf.close();
    await this.#app.close();
  }

  #tick(source: EventSource | null): void {
    const now = Date.now();
    this.#hub.picture.advance(now);
    if (source) {
      this.#hub.picture.learn(source.kinds);
      this.#hub.picture.measure(source.tallies(), this.#cost);
      if (this.#ticks++ % MEASURE_TICKS === 0) void this.#askCost(source);
    }
    this.#hub.tick(now);
  }

  async #askCost(source: EventSource): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.#cost = await source.cost();
    } finally {
      this.#isAsking = false;
    }
  }
}

function cannotListen(host: string, port: number, cause: unknown): CorelensError {
  const message = `port ${port} of ${host} cannot be listened on: ${(cause as Error).message}`;
  return new CorelensError("ADDRESS_UNUSABLE", message, undefined, { cause });
}
