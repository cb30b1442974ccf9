import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { readContractOption } from "../terminal/contract-option.ts";
import { setRunningCommand } from "../terminal/json-stream.ts";
import { refuseRepeated } from "../terminal/repeated-options.ts";
import { version } from "../version.ts";
import { COMMANDS, DEFAULT_COMMAND, GROUPS } from "./commands.ts";

/** The package's documents: they are installed with it. */
const DOCUMENTS = fileURLToPath(new URL("../../docs/", import.meta.url));

const EXAMPLES = `
Examples:
  $ corelens demo                    look around without a node
  $ sudo corelens                    show the running node in a browser
  $ sudo corelens trace 'mempool:*'  print what enters and leaves its mempool

corelens COMMAND --help shows a command's options, corelens doctor --errors all
errors and exit statuses. Documents: ${DOCUMENTS}
`;

const OWN_OPTIONS: ReadonlySet<string> = new Set(["-h", "--help", "-V", "--version"]);

/**
 * The program of the command line. It contains only the command that the arguments name. For help and for unknown names
 * it contains all commands with their summaries, without loading them.
 * @param word the first argument
 */
export async function programFor(word: string | undefined): Promise<Command> {
  const program = new Command("corelens")
    .description("See inside a running Bitcoin Core node, without changing or slowing it.")
    .usage("[COMMAND] [options]")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .showHelpAfterError("(corelens COMMAND --help shows its options)")
    .exitOverride();
  const name = word === undefined || isOptionOfCommand(word) ? DEFAULT_COMMAND : word;
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) return withSummaries(program);
  const command = await loadCommand(name);
  program.hook("preAction", (_, action) => setRunningCommand(pathOf(action)));
  const isDefault = name === DEFAULT_COMMAND;
  command.copyInheritedSettings(program);
  for (const each of command.commands) each.copyInheritedSettings(program);
  return program.addCommand(command, { isDefault });
}

/** `ipc watch` */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}

/** A command with all of its options. */
export async function loadCommand(name: string): Promise<Command> {
  const { load, summary } = COMMANDS[name]!;
  const { command } = await load();
  command.description(`${summary}.`);
  readContractOption(command);
  refuseRepeated(command);
  return command;
}

function withSummaries(program: Command): Command {
  program.addHelpText("after", EXAMPLES);
  for (const [name, { summary, group }] of Object.entries(COMMANDS)) {
    program.addCommand(new Command(name).description(summary).helpGroup(GROUPS[group]));
  }
  return program;
}

/** `corelens --port 80` is the dashboard's option. */
function isOptionOfCommand(word: string): boolean {
  return word.startsWith("-") && !OWN_OPTIONS.has(word);
}
