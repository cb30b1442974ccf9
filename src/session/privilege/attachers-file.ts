import { receiveDescriptor } from "../../kernel/pass-descriptor.ts";
import { FILES_DESCRIPTOR } from "./messages.ts";
import { OutputFile } from "./output-file.ts";
import { requestCredentials } from "./request-credentials.ts";

/**
 * Asks the privileged process for a file to write; for a worker.
 *
 *     worker ── "file?", name ──► attacher: opens it where the command line says
 *            ◄── the descriptor, through a socket of its own
 *            ◄── "file", path, or why there is none
 *
 * @param name which of the command's files; null where the command line alone tells the next one
 * @throws CorelensError FILE_UNWRITABLE, TRACER_GONE
 */
export async function attachersFile(name: string | null = null): Promise<OutputFile> {
  const { answer } = await requestCredentials("file", name);
  // It was sent before the answer.
  return new OutputFile(answer.path, receiveDescriptor(FILES_DESCRIPTOR));
}
