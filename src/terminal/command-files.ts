import type { OpenOutput } from "../session/privilege/credential-broker.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { OutputFiles } from "../session/privilege/output-files.ts";
import { isWorker } from "./run-session.ts";

/** How the files that a command writes are opened. */
export interface CommandFiles {
  /** Opens one for the worker, in the privileged process. */
  readonly openOutput: OpenOutput;
  /**
   * Opens one for the command: a worker asks the privileged process, everyone else opens it.
   * @throws CorelensError FILE_UNWRITABLE
   */
  readonly open: OpenFile;
}

/** @param name which of the command's files; not given where it has one, or one after the other */
export type OpenFile = (name?: string | null) => Promise<OutputFile>;

/**
 * @param plan which files a command opens, given the way to make them: called once the first is asked for. What it
 *   refuses to open, a worker that strangers took over cannot have opened either
 */
export async function commandFiles(
  plan: (files: OutputFiles) => (name: string | null) => OutputFile,
): Promise<CommandFiles> {
  // Loaded now: once its rights are given up, a worker may not be able to read it.
  const attachers = isWorker() ? await import("../session/privilege/attachers-file.ts") : null;
  let planned: ReturnType<typeof plan> | undefined;
  return {
    openOutput: async (name) => {
      const { unprivilegedUser } = await import("../kernel/privileges.ts");
      planned ??= plan(new OutputFiles(unprivilegedUser(process.env)));
      return planned(name);
    },
    open: async (name = null) => {
      if (attachers) return attachers.attachersFile(name);
      planned ??= plan(new OutputFiles(null));
      return planned(name);
    },
  };
}
