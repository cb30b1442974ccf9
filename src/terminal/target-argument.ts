import type { Command } from "commander";
import { CorelensError } from "../errors.ts";
import { targetOption } from "./reader-options.ts";

/** Options of a command that works with one node. */
export interface TargetOptions {
  readonly target?: string;
  readonly from?: string;
}

/** Adds the argument TARGET beside the option `--target`. */
export function addTarget(command: Command): Command {
  return command.argument("[target]", "the node, instead of --target").addOption(targetOption);
}

/**
 * An action whose options contain the node, named by argument or option.
 * @throws CorelensError USAGE when two targets, or a target and a recording, are named
 */
export function withTarget<Options extends TargetOptions>(
  run: (options: Options) => Promise<void>,
): (target: string | undefined, options: Options) => Promise<void> {
  return async (target, options) => {
    if (target === undefined) return run(options);
    if (options.target !== undefined) {
      throw new CorelensError("USAGE", `two targets: ${target} and --target`, "name one");
    }
    if (options.from !== undefined) {
      throw new CorelensError(
        "USAGE",
        `--from and the target ${target} cannot be combined`,
        "name one",
      );
    }
    await run({ ...options, target });
  };
}

/** The targets of a command that takes several. */
export function allTargets(targets: readonly string[], { target }: TargetOptions): string[] {
  return target === undefined ? [...targets] : [...targets, target];
}
