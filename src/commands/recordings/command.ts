import { join } from "node:path";
import { Command, Option } from "commander";
import { CorelensError } from "../../errors.ts";
import { KeptRecordings } from "../../recording/kept-recordings.ts";
import { summaryOf } from "../../recording/recording-summary.ts";
import { StateDirectory } from "../../store/state-directory.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { parseDuration } from "../../terminal/parse-option.ts";
import { jsonOption } from "../../terminal/reader-options.ts";
import { stateDirectory, stateOption } from "../../terminal/state-options.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { painter } from "../../text/paint.ts";
import {
  type ListedRecording,
  noRecordings,
  recordingLines,
  recordingsJson,
  savedText,
} from "./recordings-text.ts";

interface Options {
  readonly state?: string;
}

interface SaveOptions extends Options {
  readonly span: number;
}

export const command = new Command("recordings")
  .helpCommand(false)
  .argument("[directory]", "a directory of recordings; by default that of the state directory")
  .addOption(stateOption)
  .addOption(jsonOption)
  .addCommand(save())
  .addCommand(remove())
  .addHelpText(
    "after",
    helpText({
      notes: [
        "flight is the recording of the last hours, which the dashboard writes (docs/history.md). The exit status is 2 if a recording is damaged.",
      ],
      examples: [
        "corelens recordings",
        "corelens recordings save --span 10m incident-1",
        "corelens replay ~/.local/state/corelens/recordings/incident-1",
      ],
    }),
  )
  .action(async (directory: string | undefined, options: Options & { readonly json?: boolean }) => {
    const kept = directory === undefined ? keptIn(options) : new KeptRecordings(directory);
    process.exitCode = await asUser(async () => {
      const recordings = await listed(kept);
      const output = new Output();
      if (options.json) await output.write(recordingsJson(recordings));
      else if (recordings.length === 0) await output.write(noRecordings(kept.path));
      else await output.write(recordingLines(recordings, painter(output.hasColour)));
      return recordings.some(({ problem }) => problem !== null) ? 2 : 0;
    });
  });

function save(): Command {
  return new Command("save")
    .description("Save the last minutes of the flight recording; they are not deleted.")
    .argument("[name]", "the name of the new recording")
    .addOption(
      new Option("--span <time>", "how much to save")
        .argParser(parseDuration)
        .default(600_000, "10m"),
    )
    .addOption(stateOption)
    .addHelpText(
      "after",
      helpText({
        notes: [
          "The dashboard may run or not. Whole files are linked; they take no further space.",
        ],
        examples: ["corelens recordings save", "corelens recordings save --span 1h incident-1"],
      }),
    )
    .action(async (name: string | undefined, options: SaveOptions, self: Command) => {
      const kept = keptIn(self.optsWithGlobals());
      process.exitCode = await asUser(async () => {
        const saved = await kept.saveLast(options.span, name ?? null);
        const { events } = await summaryOf(saved.path);
        await new Output().write(savedText(saved.name, saved.last - saved.first, events));
        return 0;
      });
    });
}

function remove(): Command {
  return new Command("delete")
    .description("Delete a saved recording.")
    .argument("<name>", "its name")
    .addOption(stateOption)
    .addHelpText("after", helpText({ examples: ["corelens recordings delete incident-1"] }))
    .action(async (name: string, _options: Options, self: Command) => {
      const kept = keptIn(self.optsWithGlobals());
      process.exitCode = await asUser(async () => {
        await kept.delete(name);
        return 0;
      });
    });
}

/**
 * The user's own directory: asked for before privileges are dropped.
 * @param options also of the command above: it takes --state wherever it stands
 */
function keptIn({ state }: Options): KeptRecordings {
  return new KeptRecordings(new StateDirectory(stateDirectory(state)).recordings);
}

/** Recordings are untrusted data, and belong to the user without privileges. */
function asUser(run: () => Promise<number>): Promise<number> {
  const access = { rpc: null, ipc: null };
  return runWithoutRights({ access, prepare: async () => null, run });
}

async function listed(kept: KeptRecordings): Promise<ListedRecording[]> {
  const recordings: ListedRecording[] = [];
  for (const name of await kept.names()) {
    try {
      const summary = await summaryOf(join(kept.path, name));
      recordings.push({ name, summary, problem: summary.damage?.message ?? null });
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      recordings.push({ name, summary: null, problem: error.message });
    }
  }
  return recordings;
}
