import { type Command, Option } from "commander";
import { CorelensError } from "../errors.ts";

/**
 * Refuses an option letter that earlier releases used with another meaning, and names the new spelling.
 */
export function retireOption(command: Command, letter: string, spelling: string): Command {
  return command
    .addOption(new Option(`-${letter} [value]`).hideHelp())
    .on(`option:${letter}`, () => {
      throw new CorelensError(
        "USAGE",
        `${command.name()} has no option -${letter}`,
        `write ${spelling}`,
      );
    });
}
