import { incompleteText } from "../recording/info-text.ts";
import { filesOf } from "../recording/location.ts";
import { readKinds } from "../recording/recording-reader.ts";
import { ReplaySource, type ReplaySpeed } from "../recording/replay-source.ts";
import { SelectedSource } from "../recording/selected-source.ts";
import type { EventRequest } from "../session/delivery.ts";
import type { EventSource } from "../session/event-source.ts";

/**
 * Does something with a recording's events as if they were live, and says where a file ends too early.
 * @param selection the part that is asked for; null for all of it
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT; of the selection
 */
export async function withRecording<Result>(
  path: string,
  speed: ReplaySpeed,
  selection: EventRequest | null,
  show: (source: EventSource) => Promise<Result>,
): Promise<Result> {
  const paths = await filesOf(path);
  const replay = new ReplaySource(paths, speed);
  const source = selection ? new SelectedSource(replay, await readKinds(paths), selection) : replay;
  const result = await show(source);
  for (const incomplete of replay.incomplete) {
    process.stderr.write(`${incompleteText(incomplete)}\n`);
  }
  return result;
}
