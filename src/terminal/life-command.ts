import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Command } from "commander";
import { jsonDocument } from "../event/json.ts";
import type { KeptReader } from "../store/kept-reader.ts";
import type { Wanted } from "../store/recorded-state.ts";
import { type Paint, painter } from "../text/paint.ts";
import { printable } from "../text/printable.ts";
import { helpText } from "./help-text.ts";
import { Output } from "./output.ts";
import { printNote } from "./print-note.ts";
import { jsonOption } from "./reader-options.ts";
import { stateDirectory, stateOption } from "./state-options.ts";
import { runWithoutRights } from "./without-rights.ts";

/** A question about one object: a transaction, a block, a peer. */
export interface LifeQuestion<Life> {
  /** The rows of a recording that it needs. */
  readonly wanted: Wanted;
  /** @throws CorelensError NOT_KEPT */
  readonly read: (reader: KeptReader) => Promise<Life>;
  readonly lines: (life: Life, paint: Paint) => readonly string[];
  readonly json: (life: Life) => Readonly<Record<string, unknown>>;
}

export interface LifeOptions {
  readonly state?: string;
  readonly from?: string;
  readonly json?: boolean;
}

interface LifeCommand<Named> {
  readonly argument: string;
  readonly means: string;
  /** @throws InvalidArgumentError */
  readonly parse: (given: string) => Named;
  readonly notes: readonly string[];
  readonly examples: readonly string[];
}

/** A command that shows what was seen of one object: from the state directory, or from a recording. */
export function lifeCommand<Named>(
  name: string,
  { argument, means, parse, notes, examples }: LifeCommand<Named>,
): Command {
  return new Command(name)
    .addArgument(new Argument(argument, means).argParser(parse))
    .option("--from <recording>", "ask a recording instead of what is kept")
    .addOption(stateOption)
    .addOption(jsonOption)
    .addHelpText("after", helpText({ notes, examples }));
}

/** Runs a life command. @param load makes the question; it loads the code that answers it */
export async function showLife<Life>(
  options: LifeOptions,
  load: () => Promise<LifeQuestion<Life>>,
): Promise<void> {
  // The user's own directory: asked for before privileges are dropped.
  const directory = stateDirectory(options.state);
  process.exitCode = await runWithoutRights({
    access: { rpc: null, ipc: null },
    prepare: async () => ({ question: await load(), ...(await loadStore()) }),
    run: async ({ question, ...store }) => {
      const life = await withReader(store, options.from, directory, question);
      await print(question, life, options.json === true);
      return 0;
    },
  });
}

/** All code: its files may be unreadable without privileges. */
async function loadStore() {
  const { requireEngine } = await import("../store/database.ts");
  await requireEngine();
  const { KeptReader } = await import("../store/kept-reader.ts");
  const { keepRecording } = await import("../store/recorded-state.ts");
  const { StateDirectory } = await import("../store/state-directory.ts");
  return { KeptReader, keepRecording, StateDirectory };
}

type Store = Awaited<ReturnType<typeof loadStore>>;

async function withReader<Life>(
  { KeptReader, keepRecording, StateDirectory }: Store,
  recording: string | undefined,
  directory: string,
  { wanted, read }: LifeQuestion<Life>,
): Promise<Life> {
  if (recording === undefined) {
    return answer(await KeptReader.open(new StateDirectory(directory)), read);
  }
  const place = mkdtempSync(join(tmpdir(), "corelens-life-"));
  try {
    const state = new StateDirectory(place);
    const { span, notes } = await keepRecording(recording, state, wanted);
    for (const note of notes) printNote(`${printable(note)}\n`);
    return await answer(await KeptReader.open(state, span), read);
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function answer<Life>(
  reader: KeptReader,
  read: (reader: KeptReader) => Promise<Life>,
): Promise<Life> {
  try {
    for (const path of reader.damaged) printNote(`damaged, left out: ${printable(path)}\n`);
    return await read(reader);
  } finally {
    reader.close();
  }
}

async function print<Life>({ lines, json }: LifeQuestion<Life>, life: Life, isJson: boolean) {
  const output = new Output();
  if (isJson) return output.write(jsonDocument(json(life)));
  const text = lines(life, painter(output.hasColour)).map((line) => `${line}\n`);
  return output.writeLines(text.join(""));
}
