import { setTimeout as sleep } from "node:timers/promises";
import { CorelensError } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import { type LossCounters, NOTHING } from "../event/loss.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import {
  type Entrance,
  isDeleted,
  type Place,
  RecordingIndex,
} from "../recording/recording-index.ts";
import type { RecordingReader } from "../recording/recording-reader.ts";
import { Marks } from "./marks.ts";
import type { PlaybackCommand, PlaybackState } from "./protocol/playback.ts";

/** Receives the events that are played. */
export interface PlaybackListener {
  /** Discard earlier events: the recording is played from this time on. */
  onRestart(begin: number): void;
  onEvents(events: readonly StreamEvent[], source: Pick<EventSource, "kinds">): void;
}

const STEP_MS = 50;
/** Time until a recording that grows is looked at again. */
const REFRESH_MS = 1000;
/**
 * Bytes of events that are read before a position: some 50,000 events, of minutes of a usual node. The pages then show
 * the peers, blocks and transactions of these minutes, after a fifth of a second.
 */
const BEFORE_BYTES = 1 << 20;

interface PlayableRecording {
  readonly path: string;
  readonly name: string;
  /** Bytes of events that are read before a position. */
  readonly before: number;
}

/**
 * Plays a recording, with jumps to any position. The model is a fold over events and cannot be undone, so a jump back
 * begins a new model with the BEFORE_BYTES before the position; so does a jump forward over more than these. What
 * happened before that is not in the model. A recording may grow and lose its oldest files while it is played.
 */
export class Playback {
  readonly #recording: PlayableRecording;
  readonly #index: RecordingIndex;
  readonly #listener: PlaybackListener;
  readonly #marks = new Marks();
  #first: number;
  /** Time of the last event, or of the last event before damage. */
  #last: number;
  #reader: RecordingReader;
  /** Where the reader began. */
  #place: Place;
  /** The model knows only events from this time on; null if it knows all. */
  #knownFrom: number | null = null;
  /** The position at the time `#since`, by performance.now(). */
  #position: number;
  #since = performance.now();
  #speed = 1;
  #isPlaying = true;
  #damage: string | null = null;
  /** Whether reading cannot continue after the damage. */
  #isBroken = false;
  /** All events up to this time were passed on, and none after it. */
  #readUntil: number;
  #mustRestart = false;
  #tallies = new Map<string, LossCounters>();

  private constructor(
    recording: PlayableRecording,
    index: RecordingIndex,
    [first, last]: readonly [number, number],
    listener: PlaybackListener,
  ) {
    this.#recording = recording;
    this.#index = index;
    this.#listener = listener;
    this.#first = first;
    this.#last = last;
    this.#position = first;
    this.#readUntil = first;
    this.#place = this.#entrance(first);
    this.#reader = index.readFrom(this.#place);
  }

  /**
   * @param name replaces the path in messages, where the path must not be visible
   * @param before bytes of events that are read before a position
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT when nothing can be played
   */
  static async open(
    path: string,
    listener: PlaybackListener,
    name = path,
    before = BEFORE_BYTES,
  ): Promise<Playback> {
    const index = await RecordingIndex.open(path);
    const { span, damage } = index.outline;
    if (span === null) {
      throw damage ?? new CorelensError("FILE_UNREADABLE", `${path} holds no event`);
    }
    return new Playback({ path, name, before }, index, span, listener);
  }

  get state(): PlaybackState {
    return {
      first: this.#first,
      last: this.#last,
      position: this.#now(),
      readUntil: this.#readUntil,
      knownFrom: this.#knownFrom,
      speed: this.#speed,
      isPlaying: this.#isPlaying,
      damage: this.#damage,
      marks: this.#marks.view(this.#first, this.#last),
    };
  }

  /** Loss counters of the events that were passed on. */
  get tallies(): ReadonlyMap<string, LossCounters> {
    return this.#tallies;
  }

  /** The cost of tracing; null until the recording's end was read. */
  get cost(): Cost | null {
    return this.#reader.cost;
  }

  /** All events up to this time were passed on. */
  get readUntil(): number {
    return this.#readUntil;
  }

  change({ position, speed, isPlaying }: PlaybackCommand): void {
    this.#position = position === undefined ? this.#now() : this.#within(position);
    this.#since = performance.now();
    this.#speed = speed ?? this.#speed;
    this.#isPlaying = isPlaying ?? this.#isPlaying;
    if (position === undefined) return;
    const isBack = this.#position < this.#readUntil;
    const isFar = this.#index.isBefore(this.#reached, this.#entrance(this.#position));
    if (isBack || isFar) this.#mustRestart = true;
  }

  /** Plays until it is stopped; at the end it waits for a jump backwards, or until the recording has grown. */
  async play(stopped: AbortSignal): Promise<void> {
    const timer = setInterval(() => void this.#refresh(), REFRESH_MS);
    try {
      while (!stopped.aborted) {
        this.#restart();
        do {
          await this.#playToEnd(stopped);
        } while (await this.#hasMore(stopped));
      }
    } finally {
      clearInterval(timer);
    }
  }

  #restart(): void {
    const entrance = this.#entrance(this.#now());
    this.#mustRestart = false;
    this.#damage = null;
    this.#isBroken = false;
    this.#place = entrance;
    this.#readUntil = entrance.time;
    this.#knownFrom = entrance.isFirst ? null : entrance.time;
    this.#tallies = new Map();
    this.#reader = this.#index.readFrom(entrance);
    this.#listener.onRestart(entrance.time);
  }

  async #playToEnd(stopped: AbortSignal): Promise<void> {
    try {
      await this.#playOnce(stopped);
      const { incomplete = null } = this.#reader.files.at(-1) ?? {};
      if (incomplete && !this.#mustRestart) this.#damaged(incompleteText(incomplete));
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      if (isDeleted(error) && (await this.#wasReplaced())) {
        this.#mustRestart = true;
        return;
      }
      this.#isBroken = true;
      this.#last = this.#readUntil;
      this.#damaged(`${error.code}: ${error.message}`);
    }
  }

  /** Waits at the end. False if reading must begin elsewhere. */
  async #hasMore(stopped: AbortSignal): Promise<boolean> {
    while (!this.#mustRestart && !stopped.aborted) {
      if (!this.#isBroken && this.#index.hasAfter(this.#reached)) {
        this.#place = this.#reached;
        this.#reader = this.#index.readFrom(this.#place);
        this.#damage = null;
        return true;
      }
      await this.#pause();
    }
    return false;
  }

  /** The end of the last frame that was read. */
  get #reached(): Place {
    const file = this.#reader.files.at(-1);
    return file
      ? { path: file.path, at: Math.max(file.bytes, this.#startIn(file.path)) }
      : this.#place;
  }

  /** Where reading began in a file. */
  #startIn(path: string): number {
    return path === this.#place.path ? this.#place.at : 0;
  }

  /** Learns what was added to the recording, or deleted of it. */
  async #refresh(): Promise<void> {
    try {
      await this.#index.refresh();
    } catch (error) {
      // What was read can still be played.
      if (error instanceof CorelensError) return;
      throw error;
    }
    const { span } = this.#index.outline;
    if (span === null || this.#damage !== null) return;
    [this.#first, this.#last] = span;
  }

  /** Whether newer files take the place of a deleted one, as in a flight recording. */
  async #wasReplaced(): Promise<boolean> {
    await this.#refresh();
    return !this.#index.has(this.#reader.files.at(-1)!.path);
  }

  /** Where to begin, so that the model knows what a position needs. */
  #entrance(position: number): Entrance {
    return this.#index.entrance(position, this.#recording.before)!;
  }

  async #playOnce(stopped: AbortSignal): Promise<void> {
    for await (const events of this.#reader.batches()) {
      for (let next = 0; next < events.length; ) {
        if (this.#mustRestart || stopped.aborted) return;
        const now = this.#now();
        // An event after the end, of a clock that jumped, would never be due.
        const isLater = (time: number): boolean => time > now && time <= this.#last;
        const later = events.findIndex(({ time }, i) => i >= next && isLater(time));
        const end = later < 0 ? events.length : later;
        if (end > next) this.#pass(events.slice(next, end));
        this.#readUntil = Math.max(this.#readUntil, later < 0 ? events.at(-1)!.time : now);
        next = end;
        // Browsers are served also while a long part is read at once.
        await (later < 0 ? new Promise(setImmediate) : this.#pause());
      }
    }
  }

  #damaged(message: string): void {
    const { path, name } = this.#recording;
    this.#damage = message.replaceAll(path, name);
  }

  #pass(events: readonly StreamEvent[]): void {
    for (const event of events) {
      this.#marks.see(event);
      if (!isNotice(event)) {
        const tally = this.#tallyOf(event.tracepoint);
        tally.delivered++;
        if (event.truncated) tally.truncated++;
        if (event.unreadable) tally.unreadable++;
      } else if (event.tracepoint === "corelens:lost") {
        this.#tallyOf(event.lost_tracepoint).lost += event.lost;
      }
    }
    this.#listener.onEvents(events, this.#reader);
  }

  #tallyOf(name: string): LossCounters {
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = { ...NOTHING };
      this.#tallies.set(name, tally);
    }
    return tally;
  }

  #pause(): Promise<void> {
    return sleep(STEP_MS);
  }

  #now(): number {
    const passed = this.#isPlaying ? (performance.now() - this.#since) * this.#speed : 0;
    return this.#within(this.#position + passed);
  }

  #within(time: number): number {
    return Math.min(this.#last, Math.max(this.#first, time));
  }
}
