import { Command, Option } from "commander";
import { CorelensError } from "../../errors.ts";
import { jsonDocument } from "../../event/json.ts";
import type { EventSource } from "../../event/source.ts";
import type { Codec } from "../../recording/format.ts";
import { Destination } from "../../recording/location.ts";
import { recordInto } from "../../recording/record.ts";
import type { Rotation } from "../../recording/recorder.ts";
import { commandFiles, type OpenFile } from "../../terminal/command-files.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { parseSize } from "../../terminal/parse-option.ts";
import { printNote } from "../../terminal/print-note.ts";
import {
  contractOption,
  durationOption,
  jsonOption,
  latencyOption,
  rateOption,
  ringOption,
  sampleOption,
  targetOption,
  tracepointsArgument,
  whereOption,
} from "../../terminal/reader-options.ts";
import { runSession } from "../../terminal/run-session.ts";
import { stopWith } from "../../terminal/stop-with.ts";
import { counted } from "../../text/counted.ts";
import { totalsMembers, totalsText } from "../../text/trace-totals.ts";
import { parsePayload, parseRotation } from "./recording-options.ts";

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
  readonly json?: boolean;
}

export const command = new Command("record")
  .argument("<file>", "a new file, or a directory of files")
  .addArgument(tracepointsArgument)
  .addOption(targetOption)
  .addOption(whereOption)
  .addOption(durationOption)
  .option("--payload <bytes>", "bytes to keep of each payload: 0, 4k or all", parsePayload, 0)
  .addOption(
    new Option("--compress <codec>", "compress the file").choices(["none", "gzip"]).default("none"),
  )
  .option("--rotate <size|age>", "start a new file at this size or age: 1G, 1h", parseRotation)
  .option("--min-free <size>", "end before the disk has less than this free: 1G", parseSize)
  .addOption(sampleOption)
  .addOption(rateOption)
  .addOption(ringOption)
  .addOption(latencyOption)
  .addOption(contractOption)
  .addOption(jsonOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "The file belongs to the user who called sudo, otherwise to the user nobody. docs/recording.md describes the format and how to query it.",
      ],
      examples: [
        "sudo corelens record node.corelens 'mempool:*' --duration 10m",
        "sudo corelens record /var/lib/corelens/ --rotate 1G --rotate 1h --min-free 5G",
      ],
    }),
  )
  .action(async (path: string, patterns: string[], options: RecordOptions) => {
    const files = await commandFiles((outputs) => {
      const destination = new Destination(path, options.rotate !== undefined, outputs);
      return () => destination.create();
    });
    const session = {
      ringSize: options.ring,
      latencyMs: options.latency,
      openOutput: files.openOutput,
      request: () => ({
        target: options.target,
        events: {
          patterns,
          fields: options.payload > 0 ? ["*"] : null,
          where: options.where ?? null,
          maxPayload: options.payload,
          limits: { sample: options.sample ?? null, rate: options.rate ?? null },
        },
      }),
    };
    process.exitCode = await runSession(session, (source) =>
      recordSource(source, path, files.open, options),
    );
  });

/** @throws CorelensError FILE_UNWRITABLE, OUTPUT_GONE */
async function recordSource(
  source: EventSource,
  path: string,
  createFile: OpenFile,
  options: RecordOptions,
): Promise<number> {
  const begin = performance.now();
  const end = stopWith(source, options.duration);
  try {
    let first = path;
    const { events, bytes, files, isDiskFull } = await recordInto(createFile, source, {
      ...options,
      onFile: (file) => {
        first = file;
        if (!options.json) printNote(`recording into ${file}\n`);
      },
    });
    const totals = {
      tallies: source.tallies(),
      cost: await source.cost(),
      seconds: (performance.now() - begin) / 1000,
      shown: events,
    };
    if (options.json) {
      const summary = { path: first, files, size_bytes: bytes, events, ...totalsMembers(totals) };
      await new Output().write(jsonDocument(summary));
    } else {
      printNote(
        `${totalsText(totals)}; ${(bytes / 1e6).toFixed(1)} MB in ${counted(files, "file")}\n`,
      );
    }
    if (!isDiskFull) return 0;
    throw new CorelensError(
      "OUTPUT_GONE",
      `less than ${options.minFree} bytes are free on the disk of ${path}: the recording stopped and is complete`,
    );
  } finally {
    clearTimeout(end);
    await source.close();
  }
}
