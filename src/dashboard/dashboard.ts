import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import type { FastifyInstance } from "fastify";
import type { Problem } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import type { EventSource } from "../event/source.ts";
import { NodeModel } from "../model/node-model.ts";
import type { NodeReport } from "../model/node-report.ts";
import { FlightRecorder } from "../recording/flight-recorder.ts";
import { KeptRecordings } from "../recording/kept-recordings.ts";
import { Keeper } from "../store/keeper.ts";
import { restore } from "../store/restore.ts";
import { Store } from "../store/store.ts";
import { addressOf, cannotListen } from "../util/http-server.ts";
import { feed } from "./feed.ts";
import { Hub, TICK_MS } from "./hub.ts";
import { maskReport } from "./masking.ts";
import { loadPages } from "./pages.ts";
import { PlayerSession } from "./player-session.ts";
import type { Subject } from "./protocol/messages.ts";
import { RecordingCache } from "./recording-cache.ts";
import { createServer } from "./server.ts";
import { SettingsStore } from "./settings-store.ts";
import type { Examine } from "./setup-api.ts";

export interface DashboardOptions {
  readonly listen: string;
  /** Null for the usual port, or any free one when that is taken. */
  readonly port: number | null;
  readonly token: string | null;
  /** Whether addresses are hidden. */
  readonly isPrivate: boolean;
  /** Directory of recordings; null when there is none. */
  readonly recordings: string | null;
  readonly version: string;
  readonly subject: Subject;
  /** Why there are no events; null when there are. */
  readonly obstacle: Problem | null;
  /** Examines what tracing needs; omitted where another process traces and sees more. */
  readonly examine?: Examine;
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
}

const USUAL_PORT = 8480;
const MEASURE_TICKS = 8;
/** Of the state directory, for tables; the rest is for recordings. */
const TABLES_SHARE = 0.5;

/**
 * The dashboard: a server, the model that it serves, and the events that the model is made from.
 *
 * `prepare` reads files and is called before the process drops its privileges; `listen` and `show` are called after.
 */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #hub: Hub;
  readonly #app: FastifyInstance;
  readonly #recordings: RecordingCache;
  #keeper: Keeper | null = null;
  #flight: FlightRecorder | null = null;
  #cost: Cost | null = null;
  #ticks = 0;
  #isMeasuring = false;

  private constructor(
    options: DashboardOptions,
    hub: Hub,
    recordings: RecordingCache,
    app: FastifyInstance,
  ) {
    this.#options = options;
    this.#hub = hub;
    this.#recordings = recordings;
    this.#app = app;
  }

  /** @throws CorelensError FILE_UNREADABLE when the pages were not built */
  static async prepare(options: DashboardOptions): Promise<Dashboard> {
    const { token, version, isPrivate, subject, routes, examine } = options;
    const model = new NodeModel(Date.now(), options.obstacle);
    const hub = new Hub(model, { version, isPrivate, subject });
    const directory = options.recordings;
    const recordings = new RecordingCache({ directory, isPrivate, version, home: subject.kind });
    const pages = loadPages();
    const app = await createServer({
      token,
      pages,
      hub,
      recordings,
      version,
      ...(examine && { examine }),
      ...(routes && { routes }),
    });
    return new Dashboard(options, hub, recordings, app);
  }

  /**
   * Starts the server.
   * @returns the address to open
   * @throws CorelensError ADDRESS_UNUSABLE, FILE_UNREADABLE when recordings cannot be listed
   */
  async listen(): Promise<string> {
    await this.#recordings.check();
    const { listen, port, token } = this.#options;
    try {
      await this.#app.listen({ host: listen, port: port ?? USUAL_PORT });
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (port !== null || !isTaken) throw cannotListen(listen, port ?? USUAL_PORT, error);
      await this.#app.listen({ host: listen, port: 0 });
    }
    const { port: chosen } = this.#app.server.address() as AddressInfo;
    const host = listen === "0.0.0.0" || listen === "::" ? hostname() : listen;
    const query = token === null ? "" : `/?token=${encodeURIComponent(token)}`;
    return `${addressOf(host, chosen)}${query}`;
  }

  /**
   * Keeps what is seen in a state directory, and shows what earlier processes kept there. Call it before `show`, without
   * privileges.
   * @param maxBytes of the directory
   * @param say called with a sentence when recording pauses, and when it continues
   * @throws CorelensError SQL_UNAVAILABLE, STATE_UNUSABLE, STATE_VERSION, STATE_IN_USE
   */
  async keep(directory: string, maxBytes: number, say: (text: string) => void): Promise<void> {
    const { model } = this.#hub;
    const store = await Store.open(directory, { maxBytes: maxBytes * TABLES_SHARE });
    this.#keeper = new Keeper(store, model);
    await restore(model, store.directory);
    const recordings = new KeptRecordings(store.directory.recordings);
    this.#recordings.keep(recordings);
    this.#flight = await FlightRecorder.start({
      directory: recordings.flight,
      budget: maxBytes * (1 - TABLES_SHARE),
      onChange: say,
    });
  }

  /** Shows why history is only in memory. */
  setNotKept(problem: Problem): void {
    this.#hub.model.setNotKept(problem);
  }

  /** Shows the events of the source until they end or `stopped` aborts; without a source until `stopped` aborts. */
  async show(source: EventSource | null, stopped: AbortSignal): Promise<void> {
    // With --private, viewers must not follow peers or change the trace of others.
    if (source?.changeSettings && !this.#options.isPrivate) {
      this.#hub.setSettings(new SettingsStore((settings) => source.changeSettings?.(settings)));
    }
    const timer = setInterval(() => this.#tick(source), TICK_MS);
    const ended = new Promise<void>((resolve) => {
      stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    stopped.addEventListener("abort", () => void source?.stop(), { once: true });
    try {
      if (source) {
        for await (const events of source.batches()) {
          const shown = feed(this.#hub, events, source, this.#options.isPrivate);
          this.#keeper?.see(shown);
          this.#flight?.see(shown, source.kinds);
        }
      } else await ended;
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * Opens a recording in place of a node.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
   */
  open(path: string): Promise<PlayerSession> {
    return PlayerSession.open(path, this.#hub, this.#options.isPrivate);
  }

  /** Passes on what the node reported. */
  hear(report: NodeReport): void {
    this.#hub.model.hear(this.#options.isPrivate ? maskReport(report) : report);
  }

  async close(): Promise<void> {
    this.#hub.close();
    await this.#flight?.close(this.#cost);
    await this.#keeper?.close(this.#hub.model);
    await this.#recordings.close();
    await this.#app.close();
  }

  #tick(source: EventSource | null): void {
    const now = Date.now();
    this.#hub.model.advance(now);
    if (source) {
      this.#hub.model.learn(source.kinds);
      this.#hub.model.measure(source.tallies(), this.#cost);
      if (this.#ticks++ % MEASURE_TICKS === 0) void this.#measureCost(source);
    }
    this.#keeper?.tick(this.#hub.model);
    this.#hub.model.setNotRecorded(this.#flight?.problem ?? null);
    this.#hub.tick(now);
  }

  async #measureCost(source: EventSource): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    try {
      this.#cost = await source.cost();
    } finally {
      this.#isMeasuring = false;
    }
  }
}
