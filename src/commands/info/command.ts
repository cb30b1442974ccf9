import { Command } from "commander";
import { readInfo } from "../../recording/info.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { jsonOption } from "../../terminal/reader-options.ts";
import { painter } from "../../text/paint.ts";
import { infoJson, infoLines } from "./info-text.ts";

export const command = new Command("info")
  .argument("<recording>", "a file, or a directory of files")
  .addOption(jsonOption)
  .addHelpText(
    "after",
    helpText({
      notes: ["Reads the whole recording. The exit status is 2 if it is damaged."],
      examples: [
        "corelens info node.corelens",
        "corelens info /var/lib/corelens/ --json | jq .tracepoints",
      ],
    }),
  )
  .action(async (path: string, options: { readonly json?: boolean }) => {
    const output = new Output();
    const info = await readInfo(path);
    await output.write(
      options.json ? infoJson(info) : `${infoLines(info, painter(output.hasColour)).join("\n")}\n`,
    );
    process.exitCode = info.damage?.exitStatus ?? 0;
  });
