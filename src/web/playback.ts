import { setTimeout as sleep } from "node:timers/promises";
import { CorelensError } from "../errors.ts";
import { readInfo } from "../recording/info.ts";
import { filesOf } from "../recording/location.ts";
import { RecordingReader } from "../recording/recording-reader.ts";
import type { Cost } from "../session/cost-meter.ts";
import type { EventSource } from "../session/event-source.ts";
import { isNotice, type StreamEvent } from "../session/notice.ts";
import { NOTHING, type Tally } from "../tracer/tally.ts";

/** Where a recording is shown, for all browsers alike. */
export interface PlaybackState {
  /** Of the first and the last event, in ms since the epoch. */
  readonly first: number;
  readonly last: number;
  readonly position: number;
  /** Recorded seconds in a second. */
  readonly speed: number;
  readonly isPlaying: boolean;
  /** Why it does not go on; null when it does. */
  readonly damage: string | null;
}

/** What a browser can change; what is left out stays. */
export interface PlaybackWish {
  readonly position?: number;
  readonly speed?: number;
  readonly isPlaying?: boolean;
}

/** Who is told what is played. */
export interface PlaybackListener {
  /** What was told is void: the recording is played from its beginning, which is at this time. */
  onRestart(begin: number): void;
  onEvents(events: readonly StreamEvent[], source: Pick<EventSource, "kinds">): void;
}

const STEP_MS = 50;
export const SPEEDS = [1, 5, 20, 100] as const;

/**
 * Plays a recording, to and fro. Going on is reading on, as fast as it can be read; going back is reading from the
 * beginning: the picture is a fold over events, and has no way back.
 */
export class Playback {
  readonly #paths: readonly string[];
  readonly #listener: PlaybackListener;
  readonly #first: number;
  readonly #last: number;
  #reader: RecordingReader;
  /** Position at the moment `#since`, by performance.now(). */
  #position: number;
  #since = performance.now();
  #speed = 1;
  #isPlaying = true;
  #damage: string | null = null;
  /** Time up to which events were told; none was told after it. */
  #told: number;
  #isBack = false;
  #tallies = new Map<string, Tally>();

  private constructor(
    paths: readonly string[],
    [first, last]: readonly [number, number],
    listener: PlaybackListener,
  ) {
    this.#paths = paths;
    this.#listener = listener;
    this.#first = first;
    this.#last = last;
    this.#position = first;
    this.#told = first;
    this.#reader = new RecordingReader(paths);
  }

  /** @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT when nothing can be played */
  static async open(path: string, listener: PlaybackListener): Promise<Playback> {
    const { span, damage } = await readInfo(path);
    if (span === null) {
      throw damage ?? new CorelensError("FILE_UNREADABLE", `${path} holds no event`);
    }
    return new Playback(await filesOf(path), span, listener);
  }

  get state(): PlaybackState {
    return {
      first: this.#first,
      last: this.#last,
      position: this.#now(),
      speed: this.#speed,
      isPlaying: this.#isPlaying,
      damage: this.#damage,
    };
  }

  /** What became of the events that were told; more may have been read. */
  get tallies(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  /** What tracing cost, once the recording's end was read. */
  get cost(): Cost | null {
    return this.#reader.cost;
  }

  /** Up to when all events were told. */
  get told(): number {
    return this.#told;
  }

  change({ position, speed, isPlaying }: PlaybackWish): void {
    this.#position = position === undefined ? this.#now() : this.#within(position);
    this.#since = performance.now();
    this.#speed = speed ?? this.#speed;
    this.#isPlaying = isPlaying ?? this.#isPlaying;
    if (this.#position < this.#told) this.#isBack = true;
  }

  /** Plays until it is stopped; at the end it waits for somebody to go back. */
  async play(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      this.#isBack = false;
      this.#damage = null;
      this.#told = this.#first;
      this.#tallies = new Map();
      this.#reader = new RecordingReader(this.#paths);
      this.#listener.onRestart(this.#first);
      try {
        await this.#playOnce(stopped);
      } catch (error) {
        if (!(error instanceof CorelensError)) throw error;
        this.#damage = `${error.code}: ${error.message}`;
      }
      while (!this.#isBack && !stopped.aborted) await this.#pause();
    }
  }

  async #playOnce(stopped: AbortSignal): Promise<void> {
    for await (const events of this.#reader.batches()) {
      for (let next = 0; next < events.length; ) {
        if (this.#isBack || stopped.aborted) return;
        const now = this.#now();
        const later = events.findIndex(({ time }, i) => i >= next && time > now);
        const end = later < 0 ? events.length : later;
        if (end > next) this.#tell(events.slice(next, end));
        this.#told = Math.max(this.#told, later < 0 ? events.at(-1)!.time : now);
        next = end;
        // Browsers have their turn also while much is read at once.
        await (later < 0 ? new Promise(setImmediate) : this.#pause());
      }
    }
  }

  #tell(events: readonly StreamEvent[]): void {
    for (const event of events) {
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

  #tallyOf(name: string): Tally {
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
