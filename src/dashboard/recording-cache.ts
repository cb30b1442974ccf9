import type { Readable } from "node:stream";
import { CorelensError } from "../errors.ts";
import { NodeModel } from "../model/node-model.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import type { KeptRecordings } from "../recording/kept-recordings.ts";
import { filesOf } from "../recording/location.ts";
import { OutlineCache } from "../recording/outline.ts";
import { Hub } from "./hub.ts";
import { PlayerSession } from "./player-session.ts";
import type { Subject } from "./protocol/messages.ts";
import type { RecordingEntry, RecordingList, SavedAnswer } from "./protocol/recordings.ts";
import { RecordingsDirectory } from "./recordings-directory.ts";
import { MAX_UPLOAD_BYTES, renamedError, Uploads } from "./uploads.ts";

export interface RecordingCacheOptions {
  /** Directory of recordings; null when there is none. */
  readonly directory: string | null;
  readonly isPrivate: boolean;
  readonly version: string;
  /** The dashboard's own subject, which is shown beside the recordings. */
  readonly home: Subject["kind"];
  readonly maxBytes?: number;
}

interface FoundRecording {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly isUpload: boolean;
  readonly isFlight: boolean;
}

interface Opened {
  readonly session: Promise<PlayerSession>;
  readonly stopped: AbortController;
  /** Null while it is being opened. */
  hub: Hub | null;
  /** Time of the last use. */
  usedAt: number;
}

const MAX_OPEN = 8;
const IDLE_CLOSE_MS = 60_000;
const MIN_OPEN_MS = 3000;
const SWEEP_MS = 5000;
const MAX_LISTED = 1000;
/** Browsers cannot save more: the disk is not theirs. */
const MAX_SAVED = 20;

/**
 * The recordings that are open beside the dashboard's own subject. Each is opened for the first browser that requests
 * it, shared by all that do, and closed a minute after the last has left.
 *
 * They are played in this thread, one batch of events at a time: a worker thread could not load its code after the
 * process has dropped its privileges.
 */
export class RecordingCache {
  readonly #options: RecordingCacheOptions;
  readonly #directory: RecordingsDirectory | null;
  readonly #uploads: Uploads;
  readonly #opened = new Map<string, Opened>();
  readonly #timer: NodeJS.Timeout;
  readonly #outlines = new OutlineCache();
  #kept: KeptRecordings | null = null;
  #listing: Promise<RecordingList> | null = null;

  constructor(options: RecordingCacheOptions) {
    this.#options = options;
    this.#directory =
      options.directory === null ? null : new RecordingsDirectory(options.directory);
    this.#uploads = new Uploads((id) => this.#isInUse(id), options.maxBytes);
    this.#timer = setInterval(() => this.sweep(Date.now()), SWEEP_MS).unref();
  }

  get takesUploads(): boolean {
    return !this.#options.isPrivate;
  }

  /** Checks that the directory can be listed. @throws CorelensError FILE_UNREADABLE */
  async check(): Promise<void> {
    await this.#directory?.list();
  }

  /** Also offers what corelens keeps, and lets browsers save the last minutes of it. */
  keep(kept: KeptRecordings): void {
    this.#kept = kept;
  }

  /** Uploads first. @throws CorelensError FILE_UNREADABLE */
  list(): Promise<RecordingList> {
    this.#listing ??= this.#list().finally(() => {
      this.#listing = null;
    });
    return this.#listing;
  }

  /**
   * Stores an upload.
   * @throws CorelensError UPLOAD_REFUSED, RECORDING_TOO_LARGE, RECORDINGS_BUSY, RECORDING_CORRUPT, RECORDING_VERSION,
   *   FILE_UNWRITABLE
   */
  async receive(name: string, body: Readable, size: number | null): Promise<RecordingEntry> {
    if (!this.takesUploads) {
      throw new CorelensError(
        "UPLOAD_REFUSED",
        "with --private, browsers cannot upload recordings",
      );
    }
    const upload = await this.#uploads.receive(name, body, size);
    return this.#outline({ ...upload, isUpload: true, isFlight: false });
  }

  /**
   * Saves the last minutes of the flight recording.
   * @throws CorelensError UPLOAD_REFUSED, RECORDINGS_BUSY, FILE_UNREADABLE without a flight recording, FILE_UNWRITABLE
   */
  async saveLast(minutes: number): Promise<SavedAnswer> {
    const cure = "run `corelens recordings save` on the machine of the dashboard";
    if (this.#options.isPrivate) {
      const message = "with --private, browsers cannot save recordings";
      throw new CorelensError("UPLOAD_REFUSED", message, cure);
    }
    if (this.#kept === null) {
      throw new CorelensError("FILE_UNREADABLE", "this dashboard does not record", "see --state");
    }
    if ((await this.#kept.names()).length > MAX_SAVED) {
      throw new CorelensError(
        "RECORDINGS_BUSY",
        `${MAX_SAVED} recordings are saved already`,
        "delete some: corelens recordings delete NAME",
      );
    }
    const { name, first, last } = await this.#kept.saveLast(minutes * 60_000, null);
    return { name, first, last };
  }

  /**
   * The hub of a recording. The first call starts playback.
   * @throws CorelensError RECORDING_UNKNOWN, RECORDINGS_BUSY, FILE_UNREADABLE, RECORDING_CORRUPT, RECORDING_VERSION
   */
  async open(id: string): Promise<Hub> {
    const opened = this.#opened.get(id) ?? (await this.#openNew(id));
    const { hub } = await opened.session;
    opened.usedAt = Date.now();
    return hub;
  }

  /** Closes recordings that were not used for a minute. */
  sweep(now: number): void {
    for (const [id, opened] of this.#opened) {
      if (this.#isInUse(id)) opened.usedAt = now;
      else if (now - opened.usedAt > IDLE_CLOSE_MS) this.#close(id, opened);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const [id, opened] of this.#opened) this.#close(id, opened);
    await this.#uploads.close();
  }

  async #list(): Promise<RecordingList> {
    const found = await this.#find();
    const recordings: RecordingEntry[] = [];
    const listed = new Set<string>();
    for (const recording of found.slice(0, MAX_LISTED)) {
      const paths = await filesOf(recording.path).catch(() => []);
      for (const path of paths) listed.add(path);
      recordings.push(await this.#outline(recording));
    }
    this.#outlines.keep(listed);
    return {
      recordings,
      omitted: found.length - recordings.length,
      takesUploads: this.takesUploads,
      maxBytes: MAX_UPLOAD_BYTES,
    };
  }

  async #find(): Promise<FoundRecording[]> {
    const stored = (await this.#directory?.list()) ?? [];
    const kept = this.#kept ? await new RecordingsDirectory(this.#kept.path).list() : [];
    const flight = this.#kept?.flight;
    return [
      ...this.#uploads.list().map((upload) => ({ ...upload, isUpload: true, isFlight: false })),
      ...[...kept, ...stored].map((each) => {
        return { ...each, isUpload: false, isFlight: each.path === flight };
      }),
    ];
  }

  async #outline({ path, ...recording }: FoundRecording): Promise<RecordingEntry> {
    const { name } = recording;
    try {
      const { bytes, span, damage, incomplete } = await this.#outlines.read(await filesOf(path));
      // The file that is being written ends anywhere.
      const cut = recording.isFlight ? null : incomplete;
      const text = damage?.message ?? (cut && incompleteText(cut));
      const [first = null, last = null] = span ?? [];
      return { ...recording, bytes, first, last, damage: text?.replaceAll(path, name) ?? null };
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      const damage = error.message.replaceAll(path, name);
      return { ...recording, bytes: null, first: null, last: null, damage };
    }
  }

  async #openNew(id: string): Promise<Opened> {
    const recording = (await this.#find()).find((each) => each.id === id);
    if (recording === undefined) {
      throw new CorelensError("RECORDING_UNKNOWN", "unknown recording");
    }
    // A concurrent request may have opened it meanwhile.
    const other = this.#opened.get(id);
    if (other) return other;
    this.#makeRoom();
    const opened: Opened = {
      session: this.#openSession(recording),
      stopped: new AbortController(),
      hub: null,
      usedAt: Date.now(),
    };
    this.#opened.set(id, opened);
    opened.session.then(
      (session) => void this.#play(id, opened, session),
      () => this.#opened.delete(id),
    );
    return opened;
  }

  async #openSession({ id, path, name }: FoundRecording): Promise<PlayerSession> {
    const { version, isPrivate, home } = this.#options;
    const subject: Subject = { kind: "recording", note: null, recording: { id, name, home } };
    const hub = new Hub(new NodeModel(0), { version, isPrivate, subject });
    try {
      return await PlayerSession.open(path, hub, isPrivate, name);
    } catch (error) {
      throw renamedError(error, path, name);
    }
  }

  async #play(id: string, opened: Opened, session: PlayerSession): Promise<void> {
    opened.hub = session.hub;
    try {
      await session.play(opened.stopped.signal);
    } catch (error) {
      // An error in one recording must not end the others.
      process.stderr.write(`a recording cannot be shown: ${(error as Error).stack}\n`);
      this.#close(id, opened);
    }
  }

  #makeRoom(): void {
    if (this.#opened.size < MAX_OPEN) return;
    // A browser that requested it just now is about to connect.
    const isIdle = ([id, { usedAt }]: [string, Opened]): boolean =>
      !this.#isInUse(id) && Date.now() - usedAt > MIN_OPEN_MS;
    const idle = [...this.#opened].filter(isIdle);
    const [oldest] = idle.sort(([, one], [, other]) => one.usedAt - other.usedAt);
    if (oldest === undefined) {
      throw new CorelensError("RECORDINGS_BUSY", `${MAX_OPEN} recordings are open already`);
    }
    this.#close(...oldest);
  }

  #close(id: string, opened: Opened): void {
    this.#opened.delete(id);
    opened.stopped.abort();
    opened.session.then(
      ({ hub }) => hub.close(),
      () => {},
    );
  }

  #isInUse(id: string): boolean {
    const opened = this.#opened.get(id);
    return opened !== undefined && (opened.hub === null || opened.hub.size > 0);
  }
}
