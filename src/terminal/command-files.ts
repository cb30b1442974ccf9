import type { OpenOutput } from "../session/privilege/credential-broker.ts";
import type { OutputFile } from "../session/privilege/output-file.ts";
import { OutputFiles } from "../session/privilege/output-files.ts";
import { isWorker } from "./run-session.ts";

/** Opens the files that a command writes. */
export interface CommandFiles {
  /** Opens a file for the worker, in the privileged process. */
  readonly openOutput: OpenOutput;
  /**
   * Opens a file for the command. A worker requests it from the privileged process.
   * @throws CorelensError FILE_UNWRITABLE
   */
  readonly open: OpenFile;
}

/** @param name which of the command's files; not given where it has one, or one after the other */
export type OpenFile = (name?: string | null) => Promise<OutputFile>;

/**
 * @param plan opens the command's files; called when the first file is requested. A compromised worker cannot open any
 *   file that the plan refuses
 */
export async function commandFiles(
  plan: (files: OutputFiles) => (name: string | null) => OutputFile,
): Promise<CommandFiles> {
  // Loaded now: a worker without privileges may have no permission to read it.
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
