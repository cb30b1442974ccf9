import { CommanderError } from "commander";
import { CorelensError, ERRORS } from "../errors.ts";
import { printNote } from "../terminal/print-note.ts";
import { errorText } from "../text/error-text.ts";
import { programFor } from "./program.ts";

/**
 * Runs the command line.
 * @returns the exit status (docs/errors.md)
 */
export async function main(argv: readonly string[]): Promise<number> {
  // Commander prints help without handling errors; an unhandled one, of a closed pipe, would end with a stack trace.
  process.stdout.off("error", ignore).on("error", ignore);
  const args = argumentsOf(argv.slice(2));
  const program = await programFor(args[0]);
  try {
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

function ignore(): void {}

/** `corelens help COMMAND` is `corelens COMMAND --help`. */
function argumentsOf(args: readonly string[]): string[] {
  return args[0] === "help" ? [...args.slice(1, 2), "--help"] : [...args];
}

/** Prints what went wrong. Anything but a CorelensError is a bug and is thrown. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : ERRORS.USAGE.exit;
  }
  if (!(error instanceof CorelensError)) throw error;
  if (error.code === "OUTPUT_GONE" && isClosedPipe(error.cause)) return error.exitStatus;
  printNote(errorText(error));
  if (error.cause instanceof Error && error.code === "PROGRAM_REJECTED") {
    printNote(`${error.cause.message}\n`);
  }
  return error.exitStatus;
}

/** A reader that closes the pipe, as `head` does, has read enough: the exit status is enough. */
function isClosedPipe(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "EPIPE";
}
