import { Command, type Option } from "commander";
import type { EventSource } from "../event/source.ts";
import type { ReplaySpeed } from "../recording/replay-source.ts";
import type { LineStyle, LineTool } from "../text/line-tool.ts";
import type { CommandFiles } from "./command-files.ts";
import { type HelpText, helpText } from "./help-text.ts";
import { lineStyle } from "./line-style.ts";
import {
  contractOption,
  countOption,
  durationOption,
  fromOption,
  jsonLinesOption,
  latencyOption,
  ringOption,
  speedOption,
  targetOption,
  whereOption,
} from "./reader-options.ts";
import { runSession } from "./run-session.ts";
import { showLines } from "./show-lines.ts";
import { addTarget, withTarget } from "./target-argument.ts";

/** Options of every tool. */
export interface ToolOptions {
  readonly target?: string;
  readonly from?: string;
  readonly speed: ReplaySpeed;
  readonly where?: string;
  readonly json?: boolean;
  /** Maximum time in milliseconds. */
  readonly duration?: number;
  readonly ring: number;
  readonly latency: number;
}

/** The tracepoints and fields that a tool reads. A node may lack some of the tracepoints. */
export interface ToolNeeds {
  readonly tracepoints: readonly string[];
  /** `*` for all; null for all but payloads. */
  readonly fields: readonly string[] | null;
  /** Maximum bytes traced of a payload; all when undefined. Recorded payloads are not truncated. */
  readonly maxPayload?: number;
}

/** The help of a tool, and its differences from the defaults. */
export interface ToolGrammar extends HelpText {
  /** The default speed of recordings. */
  readonly speed?: ReplaySpeed;
  /** False when its arguments do not name the node. */
  readonly takesTarget?: boolean;
  /** Options that only some tools have. */
  readonly options?: readonly Option[];
}

/** A command that reads the events of a node or a recording. The tool adds its own options. */
export function toolCommand(
  name: string,
  { speed = "max", takesTarget = true, options = EVENT_OPTIONS, ...help }: ToolGrammar,
): Command {
  const command = new Command(name).addHelpText("after", helpText(help));
  if (takesTarget) addTarget(command);
  else command.addOption(targetOption);
  const shared = [durationOption, jsonLinesOption, ringOption, latencyOption, contractOption];
  for (const option of [fromOption, speedOption(speed), ...options, ...shared]) {
    command.addOption(option);
  }
  return command;
}

const EVENT_OPTIONS = [whereOption, countOption];

/** A command that prints a line for each event. */
export function lineCommand(
  name: string,
  tracepoints: readonly string[],
  toolFor: (style: LineStyle) => LineTool,
  help: HelpText,
): Command {
  return toolCommand(name, help).action(
    withTarget(async (options: ToolOptions) => {
      const tool = toolFor(lineStyle(options));
      await runTool(options, { tracepoints, fields: null }, (source) =>
        showLines(source, tool, options),
      );
    }),
  );
}

/**
 * Runs a tool with the node or the recording that the options name, and sets the exit status.
 * @param show the tool; it runs without rights
 * @param files the files that the tool writes
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
