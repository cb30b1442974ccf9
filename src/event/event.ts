/** The members of every event. (A type, not an interface, so that typed events are assignable to RawEvent.) */
export type Envelope = {
  readonly tracepoint: string;
  /** Milliseconds since the UNIX epoch, with a fraction (about 0.25 us fine). */
  readonly time: number;
  /** Nanoseconds since boot, the kernel's monotonic clock. */
  readonly ktime: number | bigint;
  readonly tid: number;
  /** Name of the thread; null if it could no longer be read. */
  readonly thread: string | null;
  readonly cpu: number;
  /** Id of the process that passed the tracepoint. */
  readonly pid: number;
  /** Names of the fields that were cut; absent when none was. */
  readonly truncated?: readonly string[];
  /** Names of the fields whose memory could not be read; they are null. Absent when there is none. */
  readonly unreadable?: readonly string[];
};

/** An event whose field types depend on its tracepoint. */
export type RawEvent = Envelope & Readonly<Record<string, unknown>>;
