import { incompleteText } from "../recording/info-text.ts";
import { ReplaySource, type ReplaySpeed } from "../recording/replay-source.ts";
import { type ShowOptions, showEvents } from "./show-events.ts";

/**
 * Prints a recording as if it were live, and says where a file ends too early.
 * @returns the exit status
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
 */
export async function showRecording(
  path: string,
  speed: ReplaySpeed,
  options: ShowOptions,
): Promise<number> {
  const source = await ReplaySource.open(path, speed);
  const status = await showEvents(source, options);
  for (const incomplete of source.incomplete) {
    process.stderr.write(`${incompleteText(incomplete)}\n`);
  }
  return status;
}
