import type { EventSource } from "../event/source.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { version } from "../version.ts";
import type { Codec } from "./format.ts";
import { Destination } from "./location.ts";
import { Recorder, type Rotation } from "./recorder.ts";

/** How a stream is recorded. */
export interface RecordOptions {
  /** `none` when left out. */
  readonly compress?: Codec;
  /** When the next file begins, in a directory of them; never when left out. */
  readonly rotate?: Rotation;
  /** Bytes of each payload that are kept; all when left out. */
  readonly payload?: number;
  /** Bytes that have to stay free on the disk. */
  readonly minFree?: number;
  /** Told the path of the file, or the first, once it is there. */
  readonly onFile?: (path: string) => void;
}

/** What a recording amounts to. */
export interface Recorded {
  /** Without notices. */
  readonly events: number;
  readonly files: number;
  readonly bytes: number;
  /** Whether it ended because too little was free on the disk; the recording is whole all the same. */
  readonly isDiskFull: boolean;
}

/** Read while it can be: who traces may lose the right to. */
const WRITER = `corelens ${version()}`;
const FLUSH_MS = 1000;

/**
 * Records what a session, or a replay, delivers, until it ends: `source.stop()` ends it. Every second it is written what
 * there is, so that a crash takes no more than that.
 *
 * ```ts
 * const session = attach({ tracepoints: ["mempool:*"] });
 * setTimeout(() => session.stop(), 60_000);
 * await record("mempool.corelens", session);
 * await session.close();
 * ```
 *
 * @param path a new file; a directory when it is one, ends with a slash, or `rotate` is given
 * @throws CorelensError FILE_UNWRITABLE, OUTPUT_GONE; what the source throws
 */
export function record(
  path: string,
  source: EventSource,
  options: RecordOptions = {},
): Promise<Recorded> {
  const destination = new Destination(path, options.rotate !== undefined);
  return recordInto(() => destination.create(), source, options);
}

/**
 * The same into files that are made elsewhere.
 * @param createFile makes the next one
 */
export async function recordInto(
  createFile: () => OutputFile | Promise<OutputFile>,
  source: EventSource,
  options: RecordOptions,
): Promise<Recorded> {
  const { rotate, minFree = 0 } = options;
  const recorder = await Recorder.open({
    createFile,
    writer: WRITER,
    codec: options.compress ?? "none",
    rotation: rotate ?? { bytes: null, ms: null },
    maxPayload: options.payload ?? Number.POSITIVE_INFINITY,
  });
  options.onFile?.(recorder.path);
  let isDiskFull = false;
  const everySecond = async (): Promise<void> => {
    recorder.flush();
    isDiskFull ||= (await recorder.freeBytes()) < minFree;
    if (isDiskFull) void source.stop();
  };
  const flushing = setInterval(() => void everySecond(), FLUSH_MS);
  try {
    for await (const events of source.batches()) await recorder.write(events, source.kinds);
  } finally {
    clearInterval(flushing);
    await recorder.close(await source.cost());
  }
  const { events, files, bytes } = recorder;
  return { events, files, bytes, isDiskFull };
}
