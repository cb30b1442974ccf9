import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { CorelensError } from "../errors.ts";
import { NodeModel } from "../model/node-model.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import { filesOf } from "../recording/location.ts";
import { readOutline } from "../recording/outline.ts";
import type { Subject } from "./dashboard.ts";
import { Hub } from "./hub.ts";
import { PlayerSession } from "./player-session.ts";
import { RecordingsDirectory } from "./recordings-directory.ts";
import { calledBy, Uploads } from "./uploads.ts";

/** A recording that can be looked at, as it is listed. */
export interface ShelvedRecording {
  readonly id: string;
  readonly name: string;
  readonly isUpload: boolean;
  readonly bytes: number | null;
  /** Of the first and the last event, in ms since the epoch; null when it cannot be played. */
  readonly first: number | null;
  readonly last: number | null;
  /** Why it cannot be read to its end, as far as that is known. */
  readonly damage: string | null;
}

interface RecordingList {
  readonly recordings: readonly ShelvedRecording[];
  /** How many more there are. */
  readonly omitted: number;
}

export interface RecordingCacheOptions {
  /** Where recordings lie; null when there is no such place. */
  readonly directory: string | null;
  readonly isPrivate: boolean;
  readonly version: string;
  /** What is shown beside the recordings. */
  readonly home: Subject["kind"];
  readonly maxBytes?: number;
}

interface Place {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly isUpload: boolean;
}

interface Outlined {
  /** What its files were like. */
  readonly files: string;
  readonly listed: ShelvedRecording;
}

interface Opened {
  readonly screening: Promise<PlayerSession>;
  readonly stopped: AbortController;
  /** Null while it is opened. */
  hub: Hub | null;
  /** When somebody last looked. */
  seen: number;
}

const MAX_OPEN = 8;
const KEPT_MS = 60_000;
const SOON_MS = 3000;
const SWEEP_MS = 5000;
const MAX_LISTED = 1000;

/**
 * Recordings that can be looked at beside what the dashboard is for. Each is opened for the first browser that asks
 * for it, shared by all that do, and closed a minute after the last has left.
 *
 * They are played in this thread, a batch of events at a time: another could not load its code any more once the
 * process has given up its rights.
 */
export class RecordingCache {
  readonly #options: RecordingCacheOptions;
  readonly #directory: RecordingsDirectory | null;
  readonly #uploads: Uploads;
  readonly #opened = new Map<string, Opened>();
  readonly #timer: NodeJS.Timeout;
  /** What was found out of each recording, as long as its files stay the same. */
  #outlines: ReadonlyMap<string, Outlined> = new Map();
  #listing: Promise<RecordingList> | null = null;

  constructor(options: RecordingCacheOptions) {
    this.#options = options;
    this.#directory =
      options.directory === null ? null : new RecordingsDirectory(options.directory);
    this.#uploads = new Uploads((id) => this.#isLookedAt(id), options.maxBytes);
    this.#timer = setInterval(() => this.sweep(Date.now()), SWEEP_MS).unref();
  }

  get takesUploads(): boolean {
    return !this.#options.isPrivate;
  }

  /** Makes sure that there is something to list from. @throws CorelensError FILE_UNREADABLE */
  async check(): Promise<void> {
    await this.#directory?.list();
  }

  /** Uploads first. @throws CorelensError FILE_UNREADABLE */
  list(): Promise<RecordingList> {
    this.#listing ??= this.#list().finally(() => {
      this.#listing = null;
    });
    return this.#listing;
  }

  /**
   * Takes in what a browser sends.
   * @throws CorelensError UPLOAD_REFUSED, RECORDING_TOO_LARGE, RECORDINGS_BUSY, RECORDING_CORRUPT, RECORDING_VERSION,
   *   FILE_UNWRITABLE
   */
  async receive(name: string, body: Readable, size: number | null): Promise<ShelvedRecording> {
    if (!this.takesUploads) {
      throw new CorelensError("UPLOAD_REFUSED", "with --private, browsers load no recordings");
    }
    const upload = await this.#uploads.receive(name, body, size);
    return outlineOf({ ...upload, isUpload: true });
  }

  /**
   * The hub of a recording, which is played from then on.
   * @throws CorelensError RECORDING_UNKNOWN, RECORDINGS_BUSY, FILE_UNREADABLE, RECORDING_CORRUPT, RECORDING_VERSION
   */
  async open(id: string): Promise<Hub> {
    const opened = this.#opened.get(id) ?? (await this.#openNew(id));
    const { hub } = await opened.screening;
    opened.seen = Date.now();
    return hub;
  }

  /** Closes what nobody looked at for a minute. */
  sweep(now: number): void {
    for (const [id, opened] of this.#opened) {
      if (this.#isLookedAt(id)) opened.seen = now;
      else if (now - opened.seen > KEPT_MS) this.#close(id, opened);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const [id, opened] of this.#opened) this.#close(id, opened);
    await this.#uploads.close();
  }

  async #list(): Promise<RecordingList> {
    const outlines = new Map<string, Outlined>();
    const places = await this.#places();
    for (const place of places.slice(0, MAX_LISTED)) {
      const files = await stateOf(place.path);
      const known = this.#outlines.get(place.id);
      const listed = known?.files === files ? known.listed : await outlineOf(place);
      outlines.set(place.id, { files, listed });
    }
    this.#outlines = outlines;
    const recordings = [...outlines.values()].map(({ listed }) => listed);
    return { recordings, omitted: places.length - recordings.length };
  }

  async #places(): Promise<Place[]> {
    const stored = (await this.#directory?.list()) ?? [];
    return [
      ...this.#uploads.list().map((upload) => ({ ...upload, isUpload: true })),
      ...stored.map((each) => ({ ...each, isUpload: false })),
    ];
  }

  async #openNew(id: string): Promise<Opened> {
    const place = (await this.#places()).find((each) => each.id === id);
    if (place === undefined) {
      throw new CorelensError("RECORDING_UNKNOWN", "there is no such recording");
    }
    // Another may have opened it meanwhile.
    const other = this.#opened.get(id);
    if (other) return other;
    this.#makeRoom();
    const opened: Opened = {
      screening: this.#screen(place),
      stopped: new AbortController(),
      hub: null,
      seen: Date.now(),
    };
    this.#opened.set(id, opened);
    opened.screening.then(
      (screening) => void this.#play(id, opened, screening),
      () => this.#opened.delete(id),
    );
    return opened;
  }

  async #screen({ id, path, name }: Place): Promise<PlayerSession> {
    const { version, isPrivate, home } = this.#options;
    const subject: Subject = { kind: "recording", note: null, recording: { id, name, home } };
    const hub = new Hub(new NodeModel(0), { version, isPrivate, subject });
    try {
      return await PlayerSession.open(path, hub, isPrivate, name);
    } catch (error) {
      throw calledBy(error, path, name);
    }
  }

  async #play(id: string, opened: Opened, screening: PlayerSession): Promise<void> {
    opened.hub = screening.hub;
    try {
      await screening.play(opened.stopped.signal);
    } catch (error) {
      // What a recording did to its own picture is not to end the others'.
      process.stderr.write(`A recording cannot be shown: ${(error as Error).stack}\n`);
      this.#close(id, opened);
    }
  }

  #makeRoom(): void {
    if (this.#opened.size < MAX_OPEN) return;
    // Who asked just now is about to look.
    const isIdle = ([id, { seen }]: [string, Opened]): boolean =>
      !this.#isLookedAt(id) && Date.now() - seen > SOON_MS;
    const idle = [...this.#opened].filter(isIdle);
    const [oldest] = idle.sort(([, one], [, other]) => one.seen - other.seen);
    if (oldest === undefined) {
      throw new CorelensError("RECORDINGS_BUSY", `${MAX_OPEN} recordings are looked at already`);
    }
    this.#close(...oldest);
  }

  #close(id: string, opened: Opened): void {
    this.#opened.delete(id);
    opened.stopped.abort();
    opened.screening.then(
      ({ hub }) => hub.close(),
      () => {},
    );
  }

  #isLookedAt(id: string): boolean {
    const opened = this.#opened.get(id);
    return opened !== undefined && (opened.hub === null || opened.hub.size > 0);
  }
}

async function outlineOf({ id, name, path, isUpload }: Place): Promise<ShelvedRecording> {
  const listed = { id, name, isUpload };
  try {
    const { bytes, span, damage, incomplete } = await readOutline(await filesOf(path));
    const text = damage?.message ?? (incomplete && incompleteText(incomplete));
    const [first = null, last = null] = span ?? [];
    return { ...listed, bytes, first, last, damage: text?.replaceAll(path, name) ?? null };
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    const damage = error.message.replaceAll(path, name);
    return { ...listed, bytes: null, first: null, last: null, damage };
  }
}

/** Changes whenever a recording's files do. */
async function stateOf(path: string): Promise<string> {
  const paths = await filesOf(path).catch(() => []);
  const states = paths.map(async (each) => {
    const { size = 0, mtimeMs = 0 } = (await stat(each).catch(() => null)) ?? {};
    return `${each} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(states)).join("\n");
}
