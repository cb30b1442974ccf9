import { CorelensError, type Problem } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import { isNotice, type LostNotice, type StreamEvent } from "../event/notice.ts";
import { version } from "../version.ts";
import { FlightSegments } from "./flight-segments.ts";
import { Recorder } from "./recorder.ts";

/*
 * Records a stream while somebody watches it, so that the last hours can be watched again.
 *
 *     batches ──► see ──► Recorder ──► segments within the budget
 *                  └── the disk is full, or this process is late: events are counted, not recorded
 *
 * Recording must not cost the stream an event: `see` neither waits nor throws, and it records nothing while the reader
 * of the ring buffer is late. The recording itself then says how many events it does not have: `corelens:lost`, by
 * "recorder".
 */

export interface FlightOptions {
  /** Of the segments; it is created if it does not exist. */
  readonly directory: string;
  /** Maximum bytes of all segments and their indexes. */
  readonly budget: number;
  /** Called with a sentence when recording pauses, and when it continues. */
  readonly onChange?: (text: string) => void;
  /** Time until a paused recording is tried again. Default: 30 s. */
  readonly retryMs?: number;
}

const SEGMENT_MS = 600_000;
const SEGMENTS_IN_BUDGET = 20;
const FLUSH_MS = 1000;
const RETRY_MS = 30_000;
/** Blocks that wait for the disk. */
const MAX_PENDING = 16 << 20;
/** Notices that wait while recording is paused. */
const MAX_NOTICES = 100;
/** The reader of the ring buffer is late if its newest event is older. */
const MAX_LAG_MS = 500;
/** A greater difference shows that the events have another clock. */
const MAX_PLAUSIBLE_LAG_MS = 60_000;
const WRITER = `corelens ${version()}`;

export class FlightRecorder {
  readonly #options: FlightOptions;
  readonly #timer: NodeJS.Timeout;
  /** Null while recording is paused. */
  #recorder: Recorder | null = null;
  /** The opening or closing of files that is under way. */
  #changing: Promise<void>;
  #retryAt = 0;
  #problem: Problem | null = null;
  #isClosed = false;
  /** Numbers of events that the recording does not have, by tracepoint, since the last note of it. */
  readonly #missed = new Map<string, number>();
  /** Notices that were not recorded yet. */
  readonly #notices: StreamEvent[] = [];

  private constructor(options: FlightOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#everySecond(), FLUSH_MS).unref();
    this.#changing = this.#open();
  }

  /** Begins to record; if that fails, it is tried again. */
  static async start(options: FlightOptions): Promise<FlightRecorder> {
    const recorder = new FlightRecorder(options);
    await recorder.#changing;
    return recorder;
  }

  /** Why nothing is recorded at present; null if all is well. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /**
   * Records events. This neither waits nor throws.
   * @param kinds all kinds that the source has at present
   */
  see(events: readonly StreamEvent[], kinds: readonly EventKind[]): void {
    if (events.length === 0) return;
    const recorder = this.#recorder;
    if (!canTake(recorder) || isLate(events.at(-1)!)) {
      this.#missAll(events);
      return;
    }
    if (this.#hasMissed) recorder.add(this.#takeMissed(events[0]!.time), kinds);
    recorder.add(events, kinds);
  }

  /** Finishes the file. */
  async close(cost: Cost | null): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#changing;
    const recorder = this.#recorder;
    this.#recorder = null;
    if (this.#hasMissed) recorder?.add(this.#takeMissed(Date.now()), []);
    // Its failure would be the one that was reported, or one of the last second.
    await recorder?.close(cost).catch((error: unknown) => this.#report(error));
  }

  get #hasMissed(): boolean {
    return this.#missed.size > 0 || this.#notices.length > 0;
  }

  #everySecond(): void {
    const recorder = this.#recorder;
    if (recorder === null) this.#changing = this.#changing.then(() => this.#open());
    else if (recorder.failure === null) recorder.flush();
    else this.#pause(recorder);
  }

  async #open(): Promise<void> {
    if (this.#isClosed || this.#recorder !== null || performance.now() < this.#retryAt) return;
    const { directory, budget } = this.#options;
    try {
      const segments = await FlightSegments.open(directory, budget);
      this.#recorder = await Recorder.open({
        createFile: () => segments.create(),
        createIndex: (file) => segments.createIndex(file),
        writer: WRITER,
        // gzip takes twice the CPU time of all of recording.
        codec: "none",
        rotation: { bytes: Math.floor(budget / SEGMENTS_IN_BUDGET), ms: SEGMENT_MS },
        maxPayload: Number.POSITIVE_INFINITY,
      });
      if (this.#problem !== null) this.#options.onChange?.("recording continues");
      this.#problem = null;
    } catch (error) {
      this.#report(error);
    }
  }

  #pause(recorder: Recorder): void {
    this.#recorder = null;
    for (const [name, count] of recorder.unwritten) this.#miss(name, count);
    this.#report(recorder.failure);
    this.#changing = this.#changing.then(() => recorder.close(null).catch(() => {}));
  }

  /** Reports a problem once, until recording has continued. */
  #report(error: unknown): void {
    if (!(error instanceof CorelensError)) throw error;
    this.#retryAt = performance.now() + (this.#options.retryMs ?? RETRY_MS);
    const isNew = this.#problem === null;
    this.#problem = error.problem;
    if (isNew) this.#options.onChange?.(`recording pauses: ${error.message}`);
  }

  #missAll(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (!isNotice(event)) this.#miss(event.tracepoint, 1);
      else if (event.tracepoint === "corelens:lost") this.#miss(event.lost_tracepoint, event.lost);
      else if (this.#notices.length < MAX_NOTICES) this.#notices.push(event);
    }
  }

  #miss(name: string, count: number): void {
    this.#missed.set(name, (this.#missed.get(name) ?? 0) + count);
  }

  /** The notices that were not recorded, and those of the events that were not. */
  #takeMissed(time: number): StreamEvent[] {
    const losses = [...this.#missed].map(
      ([lost_tracepoint, lost]): LostNotice => ({
        tracepoint: "corelens:lost",
        time,
        lost_tracepoint,
        lost,
        by: "recorder",
      }),
    );
    this.#missed.clear();
    return [...this.#notices.splice(0), ...losses];
  }
}

function canTake(recorder: Recorder | null): recorder is Recorder {
  return recorder !== null && recorder.failure === null && recorder.pending <= MAX_PENDING;
}

/** Events have the monotonic clock, which no setting of the time changes. */
function isLate(event: StreamEvent): boolean {
  if (isNotice(event)) return false;
  const lag = Number(process.hrtime.bigint() - BigInt(event.ktime)) / 1e6;
  return lag > MAX_LAG_MS && lag < MAX_PLAUSIBLE_LAG_MS;
}
