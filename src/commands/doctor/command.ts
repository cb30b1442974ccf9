import { Command } from "commander";
import { examine } from "../../doctor/examine.ts";
import { works } from "../../doctor/finding.ts";
import { jsonDocument } from "../../event/json.ts";
import { parseTarget } from "../../session/attach/target.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { contractOption, jsonOption } from "../../terminal/reader-options.ts";
import { addTarget, type TargetOptions, withTarget } from "../../terminal/target-argument.ts";
import { painter } from "../../text/paint.ts";
import { diagnosisLines } from "./diagnosis.ts";
import { errorsJson, errorTable } from "./error-table.ts";

interface DoctorOptions extends TargetOptions {
  readonly json?: boolean;
  readonly errors?: boolean;
}

export const command = addTarget(new Command("doctor"))
  .option("--errors", "list all errors with exit status and cure, without an examination")
  .addOption(jsonOption)
  .addOption(contractOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "The doctor does not touch the node: it tries programs on its own process. As root it checks more. The exit status is 0 if tracing works here, otherwise 1.",
      ],
      examples: [
        "sudo corelens doctor",
        `corelens doctor --json | jq '.sections[].findings[] | select(.status != "ok")'`,
      ],
    }),
  )
  .action(
    withTarget(async (options: DoctorOptions) => {
      const output = new Output();
      const style = { paint: painter(output.hasColour), width: output.columns };
      if (options.errors) {
        await output.write(
          options.json ? jsonDocument(errorsJson()) : errorTable(style).join("\n"),
        );
        return;
      }
      const sections = await examine(parseTarget(options.target));
      const text = options.json
        ? jsonDocument({ works: works(sections), sections })
        : `${diagnosisLines(sections, style).join("\n")}\n`;
      await output.write(text);
      process.exitCode = works(sections) ? 0 : 1;
    }),
  );
