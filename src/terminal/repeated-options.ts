import type { EventEmitter } from "node:events";
import type { Command, Option } from "commander";
import { CorelensError } from "../errors.ts";

/**
 * Refuses a repeated option whose last value would replace the others: `--target A --target B` would silently trace B
 * only. Options that collect values and options without a value can be repeated. Call this after all options are added.
 */
export function refuseRepeated(command: Command): void {
  for (const each of command.commands) refuseRepeated(each);
  if (guarded.has(command)) return;
  guarded.add(command);
  for (const option of command.options) {
    if (collects(option)) continue;
    const name = option.attributeName();
    // Runs before the new value replaces the old one.
    (command as Command & EventEmitter).prependListener(`option:${option.name()}`, () => {
      if (command.getOptionValueSource(name) !== "cli") return;
      const before: unknown = command.getOptionValue(name);
      // A repeated flag has the same meaning.
      if (before === !option.negate && (option.negate || option.isBoolean())) return;
      throw before === false || option.negate ? contradiction(option) : repeated(option);
    });
  }
}

/** Commands stay loaded where the command line runs several times in one process. */
const guarded = new WeakSet<Command>();

/** Parsers that collect values have the earlier values as their second parameter. */
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
