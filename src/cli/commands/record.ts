import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { Command, Option } from "commander";
import { counted } from "../../counted.ts";
import { CorelensError } from "../../errors.ts";
import type { Codec } from "../../recording/format.ts";
import { Destination } from "../../recording/location.ts";
import { Recorder, type Rotation } from "../../recording/recorder.ts";
import type { EventSource } from "../../session/event-source.ts";
import { totalsText } from "../../tools/trace-totals.ts";
import {
  durationOption,
  latencyOption,
  rateOption,
  ringOption,
  sampleOption,
  targetOption,
  whereOption,
} from "../reader-options.ts";
import { NO_ROTATION, parsePayload, parseRotation, parseSize } from "../recording-options.ts";
import { runSession } from "../run-session.ts";
import { stopWith } from "../stop-with.ts";
import { version } from "../version.ts";

interface RecordOptions {
  readonly target?: string;
  readonly where?: string;
  readonly sample?: number;
  readonly rate?: number;
  readonly payload: number;
  readonly compress: Codec;
  readonly rotate?: Rotation;
  readonly minFree?: number;
  readonly duration?: number;
  readonly ring: number;
  readonly latency: number;
}

/** Read while it can be: the worker may lose the right to. */
const WRITER = `corelens ${version()}`;
const FLUSH_MS = 1000;

export const command = new Command("record")
  .description("keep events in a file, to be replayed, exported or looked into later")
  .argument("<file>", "a new file, or a directory of files")
  .argument("[tracepoint...]", "names or patterns such as net:* (default: all of the node)")
  .addOption(targetOption)
  .addOption(whereOption)
  .addOption(sampleOption)
  .addOption(rateOption)
  .option("--payload <bytes>", "keep so many bytes of each payload: 0, 4k or all", parsePayload, 0)
  .addOption(
    new Option("--compress <codec>", "pack what is written")
      .choices(["none", "gzip"])
      .default("none"),
  )
  .option("--rotate <size|age>", "begin another file at 1G or after 1h", parseRotation)
  .option("--min-free <size>", "end before less than this is free on the disk: 1G", parseSize)
  .addOption(durationOption)
  .addOption(ringOption)
  .addOption(latencyOption)
  .addHelpText(
    "after",
    `
The file belongs to the user who called sudo. docs/recording.md tells the format and how to ask questions of it.

Examples:
  $ sudo corelens record node.corelens
  $ sudo corelens record node.corelens 'mempool:*' --duration 10m --compress gzip
  $ sudo corelens record /var/lib/corelens/ --rotate 1G --rotate 1h --min-free 5G
  $ sudo corelens record messages.corelens 'net:*_message' --payload all
`,
  )
  .action(async (path: string, patterns: string[], options: RecordOptions) => {
    const session = {
      ringSize: options.ring,
      latencyMs: options.latency,
      request: () => ({
        target: options.target,
        events: {
          patterns,
          fields: options.payload > 0 ? ["*"] : null,
          where: options.where ?? null,
          mostPayload: options.payload,
          limits: { sample: options.sample ?? null, rate: options.rate ?? null },
        },
      }),
    };
    process.exitCode = await runSession(session, (source) => record(source, path, options));
  });

/** @throws CorelensError FILE_UNWRITABLE, OUTPUT_GONE */
async function record(source: EventSource, path: string, options: RecordOptions): Promise<number> {
  const { minFree = 0, rotate = NO_ROTATION } = options;
  const begin = performance.now();
  try {
    const destination = await Destination.at(path, rotate !== NO_ROTATION);
    const recorder = await Recorder.open({
      destination,
      writer: WRITER,
      codec: options.compress,
      rotation: rotate,
      mostPayload: options.payload,
    });
    process.stderr.write(`recording into ${recorder.path}\n`);
    const isFull = await recordInto(recorder, source, { ...options, minFree });
    const totals = {
      tallies: source.tallies(),
      cost: await source.cost(),
      seconds: (performance.now() - begin) / 1000,
      shown: recorder.events,
    };
    process.stderr.write(
      `${totalsText(totals)}; ${(recorder.bytes / 1e6).toFixed(1)} MB in ${counted(recorder.files, "file")}\n`,
    );
    if (!isFull) return 0;
    throw new CorelensError(
      "OUTPUT_GONE",
      `less than ${minFree} bytes are free in ${destination.directory}: the recording ended, and is whole`,
    );
  } finally {
    await source.close();
  }
}

/**
 * Records until the source ends, the time is over, the disk is too full, or somebody says stop.
 * @returns whether the disk is too full
 */
async function recordInto(
  recorder: Recorder,
  source: EventSource,
  { duration, minFree }: { readonly duration?: number; readonly minFree: number },
): Promise<boolean> {
  let isFull = false;
  const end = stopWith(source, duration);
  const everySecond = async (): Promise<void> => {
    recorder.flush();
    isFull ||= (await freeBytes(dirname(recorder.path))) < minFree;
    if (isFull) void source.stop();
  };
  const flushing = setInterval(() => void everySecond(), FLUSH_MS);
  try {
    for await (const events of source.batches()) await recorder.write(events, source.kinds);
  } finally {
    clearTimeout(end);
    clearInterval(flushing);
    await recorder.close(await source.cost());
  }
  return isFull;
}

/** What this user can still write; unlimited where nobody says. */
async function freeBytes(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
