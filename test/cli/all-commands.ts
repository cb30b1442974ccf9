import type { Command, Option } from "commander";
import { COMMANDS } from "../../src/cli/commands.ts";
import { loadCommand } from "../../src/cli/program.ts";

/** Every command by its words: `trace`, `ipc watch`. */
export async function allCommands(): Promise<Map<string, Command>> {
  const commands = new Map<string, Command>();
  const add = (words: string, command: Command): void => {
    if (command.commands.length === 0) commands.set(words, command);
    for (const each of command.commands) add(`${words} ${each.name()}`, each);
  };
  for (const name of Object.keys(COMMANDS)) add(name, await loadCommand(name));
  return commands;
}

/** The options that help lists. */
export function visibleOptions({ options }: Command): Option[] {
  return options.filter(({ hidden }) => !hidden);
}
