import type { EventSource } from "../event/source.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { version } from "../version.ts";
import type { Codec } from "./format.ts";
import { Destination } from "./location.ts";
import { Recorder, type Rotation } from "./recorder.ts";

/** How a stream is recorded. */
export interface RecordOptions {
  /** Default: `none`. */
  readonly compress?: Codec;
  /** When the next file of a directory begins. Default: never. */
  readonly rotate?: Rotation;
  /** Bytes of each payload to keep. Default: all. */
  readonly payload?: number;
  /** Recording ends before fewer bytes than these are free on the disk. Default: 0. */
  readonly minFree?: number;
  /** Called with the path of the (first) file after it is created. */
  readonly onFile?: (path: string) => void;
}

/** The result of recording. */
export interface Recorded {
  /** Without notices. */
  readonly events: number;
  readonly files: number;
  readonly bytes: number;
  /** Whether recording ended because fewer than `minFree` bytes were free. The recording is complete even then. */
  readonly isDiskFull: boolean;
}

/** Computed at start: after it drops its privileges, a process may be unable to read package.json. */
const WRITER = `corelens ${version()}`;
const FLUSH_MS = 1000;

/**
 * Records the stream of a session or a replay until it ends; `source.stop()` ends it. Events are written at least every
 * second, so a crash loses at most the last second.
 *
 * ```ts
 * const session = attach({ tracepoints: ["mempool:*"] });
 * setTimeout(() => session.stop(), 60_000);
 * await record("mempool.corelens", session);
 * await session.close();
 * ```
 *
 * @param path a new file; or a directory: if it is one, ends with a slash, or `rotate` is given
 * @throws CorelensError FILE_UNWRITABLE, OUTPUT_GONE; errors of the source
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
 * Records into files that the caller creates.
 * @param createFile creates the next file
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
