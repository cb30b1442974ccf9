import { Command } from "commander";
import { parseCount, parseDuration } from "../options.ts";
import { type ShowRecordingOptions, showRecording } from "../show-recording.ts";
import { parseSpeed } from "../simulate-options.ts";

export const command = new Command("replay")
  .description("show a recording's events as they came")
  .argument("<recording>", "a file, or a directory of files")
  .option("--speed <factor>", "recorded seconds in a second, or max", parseSpeed, 1)
  .option("-j, --json", "one JSON object a line")
  .option("-n, --count <n>", "end after N events", parseCount)
  .option("-d, --duration <time>", "end after a time such as 10s", parseDuration)
  .addHelpText(
    "after",
    `
No rights are needed, and no node. To see some of the events: corelens trace --from.

Examples:
  $ corelens replay node.corelens
  $ corelens replay node.corelens --speed 10
  $ corelens replay /var/lib/corelens/ --speed max --json | jq .tracepoint
`,
  )
  .action(async (path: string, options: ShowRecordingOptions) => {
    process.exitCode = await showRecording(path, options);
  });
