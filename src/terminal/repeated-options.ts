import type { EventEmitter } from "node:events";
import type { Command, Option } from "commander";
import { CorelensError } from "../errors.ts";

/**
 * Refuses an option that is given twice where the last value would take the place of the others: `--target A
 * --target B` would trace B without a word. Options that collect their values, and those without one, may be repeated.
 * To be called when the command has all of its options.
 */
export function refuseRepeated(command: Command): void {
  for (const each of command.commands) refuseRepeated(each);
  if (guarded.has(command)) return;
  guarded.add(command);
  for (const option of command.options) {
    if (collects(option)) continue;
    const name = option.attributeName();
    // Before the value takes the place of the one before.
    (command as Command & EventEmitter).prependListener(`option:${option.name()}`, () => {
      if (command.getOptionValueSource(name) !== "cli") return;
      const before: unknown = command.getOptionValue(name);
      // A flag that is given twice says the same.
      if (before === !option.negate && (option.negate || option.isBoolean())) return;
      throw before === false || option.negate ? contradiction(option) : repeated(option);
    });
  }
}

/** Commands stay loaded where the command line runs several times in one process. */
const guarded = new WeakSet<Command>();

/** Parsers that collect take the values before as their second parameter. */
function collects({ variadic, parseArg }: Option): boolean {
  return variadic || (parseArg?.length ?? 0) > 1;
}

function contradiction({ long }: Option): CorelensError {
  const name = long?.replace(/^--(no-)?/, "");
  return new CorelensError("USAGE", `--${name} and --no-${name} contradict each other`, "give one");
}

function repeated(option: Option): CorelensError {
  const isTarget = option.attributeName() === "target";
  return new CorelensError(
    "USAGE",
    `${option.long ?? option.short} is given more than once`,
    isTarget ? "one node is traced at a time: start corelens once for each" : "give it once",
  );
}
