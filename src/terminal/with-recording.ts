import type { EventSource } from "../event/source.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import { ReplaySource, type ReplaySpeed } from "../recording/replay-source.ts";
import { SelectedSource } from "../recording/selected-source.ts";
import { openStored } from "../recording/stored-events.ts";
import type { EventRequest } from "../session/attach/delivery.ts";
import { printable } from "../text/event-text.ts";
import { tell } from "./tell.ts";

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
  const { reader, kinds, notes } = await openStored(path);
  const replay = new ReplaySource(reader, speed);
  const source = selection ? new SelectedSource(replay, await kinds(), selection) : replay;
  for (const note of notes) tell(`${printable(note)}\n`);
  const result = await show(source);
  for (const incomplete of replay.incomplete) {
    tell(`${incompleteText(incomplete)}\n`);
  }
  return result;
}
