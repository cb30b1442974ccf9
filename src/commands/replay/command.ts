import { Command, Option } from "commander";
import type { ReplaySpeed } from "../../recording/replay-source.ts";
import { helpText } from "../../terminal/help-text.ts";
import { parseSpeed } from "../../terminal/parse-option.ts";
import { countOption, durationOption, jsonLinesOption } from "../../terminal/reader-options.ts";
import { showEvents } from "../../terminal/show-events.ts";
import type { ShowOptions } from "../../terminal/show-lines.ts";
import { withRecording } from "../../terminal/with-recording.ts";

interface ReplayOptions extends ShowOptions {
  readonly speed: ReplaySpeed;
}

export const command = new Command("replay")
  .argument("<recording>", "a file, or a directory of files")
  .addOption(
    new Option("--speed <factor>", "a multiple of the recorded speed, or max")
      .argParser(parseSpeed)
      .default(1),
  )
  .addOption(countOption)
  .addOption(durationOption)
  .addOption(jsonLinesOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "Needs no privileges and no node. To print some of the events, use corelens trace --from.",
      ],
      examples: [
        "corelens replay node.corelens --speed 10",
        "corelens replay /var/lib/corelens/ --speed max --json | jq .tracepoint",
      ],
    }),
  )
  .action(async (path: string, options: ReplayOptions) => {
    process.exitCode = await withRecording(path, options.speed, null, (source) =>
      showEvents(source, options),
    );
  });
