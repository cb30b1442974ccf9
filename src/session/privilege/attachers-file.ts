import { receiveDescriptor } from "../../kernel/pass-descriptor.ts";
import { DESCRIPTORS_SOCKET } from "./messages.ts";
import { OutputFile } from "./output-file.ts";
import { requestCredentials } from "./request-credentials.ts";

/**
 * In a worker: requests an output file from the privileged process.
 *
 *     worker ── "file?", name ──► attacher: opens the file that the command line names
 *            ◄── the descriptor, through a separate socket
 *            ◄── "file", path; or "refused" with the reason
 *
 * @param name chooses among the command's files; null for the next one
 * @throws CorelensError FILE_UNWRITABLE, TRACER_GONE
 */
export async function attachersFile(name: string | null = null): Promise<OutputFile> {
  const { answer } = await requestCredentials("file", name);
  // The descriptor was sent before the answer.
  return new OutputFile(answer.path, receiveDescriptor(DESCRIPTORS_SOCKET));
}
