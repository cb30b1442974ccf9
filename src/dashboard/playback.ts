import { setTimeout as sleep } from "node:timers/promises";
import { CorelensError } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import { type LossCounters, NOTHING } from "../event/loss.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import { filesOf } from "../recording/location.ts";
import { readOutline } from "../recording/outline.ts";
import { RecordingReader } from "../recording/recording-reader.ts";
import { Marks, type MarksView } from "./marks.ts";

/** Where a recording is shown, for all browsers alike. */
export interface PlaybackState {
  /** Of the first and the last event, in ms since the epoch. */
  readonly first: number;
  readonly last: number;
  readonly position: number;
  /** Up to when it was read; behind the position while it is read on. */
  readonly told: number;
  /** Recorded seconds in a second. */
  readonly speed: number;
  readonly isPlaying: boolean;
  /** Why it does not go on; null when it does. */
  readonly damage: string | null;
  readonly marks: MarksView;
}

/** What a browser can change; what is left out stays. */
export interface PlaybackCommand {
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

interface PlayableRecording {
  readonly path: string;
  readonly name: string;
  /** Of its files, oldest first. */
  readonly paths: readonly string[];
}

const STEP_MS = 50;

/**
 * Plays a recording, to and fro. Going on is reading on, as fast as it can be read; going back is reading from the
 * beginning: the picture is a fold over events, and has no way back.
 */
export class Playback {
  readonly #recording: PlayableRecording;
  readonly #listener: PlaybackListener;
  readonly #first: number;
  readonly #marks: Marks;
  /** Of the last event; where damage is met, of the last before it. */
  #last: number;
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
  #tallies = new Map<string, LossCounters>();

  private constructor(
    recording: PlayableRecording,
    [first, last]: readonly [number, number],
    listener: PlaybackListener,
  ) {
    this.#recording = recording;
    this.#listener = listener;
    this.#first = first;
    this.#last = last;
    this.#marks = new Marks(first, last);
    this.#position = first;
    this.#told = first;
    this.#reader = new RecordingReader(recording.paths);
  }

  /**
   * @param name how the recording is called where its path is nobody's business
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT when nothing can be played
   */
  static async open(path: string, listener: PlaybackListener, name = path): Promise<Playback> {
    const paths = await filesOf(path);
    const { span, damage } = await readOutline(paths);
    if (span === null) {
      throw damage ?? new CorelensError("FILE_UNREADABLE", `${path} holds no event`);
    }
    return new Playback({ path, name, paths }, span, listener);
  }

  get state(): PlaybackState {
    return {
      first: this.#first,
      last: this.#last,
      position: this.#now(),
      told: this.#told,
      speed: this.#speed,
      isPlaying: this.#isPlaying,
      damage: this.#damage,
      marks: this.#marks.view,
    };
  }

  /** What became of the events that were told; more may have been read. */
  get tallies(): ReadonlyMap<string, LossCounters> {
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

  change({ position, speed, isPlaying }: PlaybackCommand): void {
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
      this.#reader = new RecordingReader(this.#recording.paths);
      this.#listener.onRestart(this.#first);
      try {
        await this.#playOnce(stopped);
        const { incomplete = null } = this.#reader.files.at(-1) ?? {};
        if (incomplete && !this.#isBack) this.#damaged(incompleteText(incomplete));
      } catch (error) {
        if (!(error instanceof CorelensError)) throw error;
        this.#last = this.#told;
        this.#damaged(`${error.code}: ${error.message}`);
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

  #damaged(message: string): void {
    const { path, name } = this.#recording;
    this.#damage = message.replaceAll(path, name);
  }

  #tell(events: readonly StreamEvent[]): void {
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
