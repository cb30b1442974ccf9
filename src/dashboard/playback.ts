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
import { Marks } from "./marks.ts";
import type { PlaybackCommand, PlaybackState } from "./protocol/playback.ts";

/** Receives the events that are played. */
export interface PlaybackListener {
  /** Discard earlier events: the recording is played from its beginning, which is at this time. */
  onRestart(begin: number): void;
  onEvents(events: readonly StreamEvent[], source: Pick<EventSource, "kinds">): void;
}

interface PlayableRecording {
  readonly path: string;
  readonly name: string;
  /** Its files, oldest first. */
  readonly paths: readonly string[];
}

const STEP_MS = 50;

/**
 * Plays a recording, with jumps to any position. A jump forwards reads on as fast as possible. A jump backwards reads
 * from the beginning: the model is a fold over events and cannot be undone.
 */
export class Playback {
  readonly #recording: PlayableRecording;
  readonly #listener: PlaybackListener;
  readonly #first: number;
  readonly #marks: Marks;
  /** Time of the last event, or of the last event before damage. */
  #last: number;
  #reader: RecordingReader;
  /** The position at the time `#since`, by performance.now(). */
  #position: number;
  #since = performance.now();
  #speed = 1;
  #isPlaying = true;
  #damage: string | null = null;
  /** All events up to this time were passed on, and none after it. */
  #readUntil: number;
  #mustRestart = false;
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
    this.#readUntil = first;
    this.#reader = new RecordingReader(recording.paths);
  }

  /**
   * @param name replaces the path in messages, where the path must not be visible
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
      readUntil: this.#readUntil,
      speed: this.#speed,
      isPlaying: this.#isPlaying,
      damage: this.#damage,
      marks: this.#marks.view,
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
    if (this.#position < this.#readUntil) this.#mustRestart = true;
  }

  /** Plays until it is stopped; at the end it waits for a jump backwards. */
  async play(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      this.#mustRestart = false;
      this.#damage = null;
      this.#readUntil = this.#first;
      this.#tallies = new Map();
      this.#reader = new RecordingReader(this.#recording.paths);
      this.#listener.onRestart(this.#first);
      try {
        await this.#playOnce(stopped);
        const { incomplete = null } = this.#reader.files.at(-1) ?? {};
        if (incomplete && !this.#mustRestart) this.#damaged(incompleteText(incomplete));
      } catch (error) {
        if (!(error instanceof CorelensError)) throw error;
        this.#last = this.#readUntil;
        this.#damaged(`${error.code}: ${error.message}`);
      }
      while (!this.#mustRestart && !stopped.aborted) await this.#pause();
    }
  }

  async #playOnce(stopped: AbortSignal): Promise<void> {
    for await (const events of this.#reader.batches()) {
      for (let next = 0; next < events.length; ) {
        if (this.#mustRestart || stopped.aborted) return;
        const now = this.#now();
        const later = events.findIndex(({ time }, i) => i >= next && time > now);
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
