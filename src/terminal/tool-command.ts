import { Command, Option } from "commander";
import type { EventSource } from "../event/source.ts";
import type { ReplaySpeed } from "../recording/replay-source.ts";
import type { CommandFiles } from "./command-files.ts";
import {
  durationOption,
  fromOption,
  latencyOption,
  ringOption,
  targetOption,
  whereOption,
} from "./reader-options.ts";
import { runSession } from "./run-session.ts";
import { parseSpeed } from "./simulate-options.ts";

/** What every tool can be asked. */
export interface ToolOptions {
  readonly target?: string;
  readonly from?: string;
  readonly speed: ReplaySpeed;
  readonly where?: string;
  readonly json?: boolean;
  /** Ends after so many milliseconds. */
  readonly duration?: number;
  readonly ring: number;
  readonly latency: number;
}

/** What a tool works with: tracepoints, of which the node may lack some, and their fields. */
export interface ToolNeeds {
  readonly tracepoints: readonly string[];
  /** `*` for all; null for all but payloads. */
  readonly fields: readonly string[] | null;
  /** Bytes of a payload that are enough for it; all when left out. Recorded ones come as they are. */
  readonly maxPayload?: number;
}

/**
 * A command that reads a node's events or a recording's; to be given its description, own options, examples.
 * @param speed at which recordings are replayed unless it is asked for another
 * @param options which not every tool has
 */
export function toolCommand(
  name: string,
  speed: ReplaySpeed = "max",
  options: readonly Option[] = [whereOption],
): Command {
  const command = new Command(name)
    .addOption(targetOption)
    .addOption(fromOption)
    .addOption(
      new Option("--speed <factor>", "with --from: recorded seconds in a second, or max")
        .argParser(parseSpeed)
        .default(speed),
    )
    .option("-j, --json", "one JSON object a line")
    .addOption(durationOption)
    .addOption(ringOption)
    .addOption(latencyOption);
  for (const option of options) command.addOption(option);
  return command;
}

/**
 * Does a tool's work with the source that is asked for, and sets the exit status.
 * @param show the tool; it runs without rights
 * @param files that the tool writes
 */
export async function runTool(
  options: ToolOptions,
  { tracepoints, fields, maxPayload }: ToolNeeds,
  show: (source: EventSource) => Promise<number>,
  files?: CommandFiles,
): Promise<void> {
  const selection = {
    patterns: tracepoints,
    fields,
    where: options.where ?? null,
    anyOf: true,
  };
  if (options.from !== undefined) {
    const { withRecording } = await import("./with-recording.ts");
    process.exitCode = await withRecording(options.from, options.speed, selection, show);
    return;
  }
  const session = {
    ringSize: options.ring,
    latencyMs: options.latency,
    ...(files && { openOutput: files.openOutput }),
    request: () => ({
      target: options.target,
      oneNode: true,
      events: { ...selection, maxPayload },
    }),
  };
  process.exitCode = await runSession(session, show);
}
